import {expect, test} from 'vitest'
import ConnHub from '../src/index'

test('x', () => {
  expect(typeof ConnHub).toBe('function')
})
