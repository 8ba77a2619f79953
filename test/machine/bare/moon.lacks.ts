import {expect, test} from 'vitest'
import {skipForLackOf} from '../lack'

skipForLackOf(() => 'there is no moon.\nWait for the night.')

test.each([1, 2])('a test that would fail, %i', () => expect(true).toBe(false))
