import {test} from 'vitest'
import {skipForLackOf} from '../lack'

skipForLackOf(() => undefined)

test('a test that lacks nothing', () => {})
test.skip('a test that is skipped for a reason of its own', () => {})
