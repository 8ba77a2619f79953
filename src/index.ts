import {ConnHub} from './hub'

export = ConnHub
