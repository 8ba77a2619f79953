// What is bundled: a page leaves the promise of its life where its host finds it.
import {life} from './life.mjs'

globalThis.life = life()
