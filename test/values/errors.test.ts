import {describe, expect, test} from 'vitest'
import {ConnHubError, errorCodes, fromErrorRecord, toErrorRecord} from '../../src/values/errors'

test('an error of the hub’s own has a message for its code, and its detail after that, where there is one', () => {
  const {message, name, code} = new ConnHubError('ERR_SELF')
  expect({message, name, code}).toEqual({
    message: 'The address leads to ourselves, so that there is nobody to connect to',
    name: 'ConnHubError',
    code: 'ERR_SELF',
  })
  expect(new ConnHubError('ERR_SELF', 'net:a.com:1').message).toBe(`${message}: net:a.com:1`)
})

test('each code has words of its own', () => {
  const messages = errorCodes.map((code) => new ConnHubError(code).message)
  expect(new Set(messages).size).toBe(errorCodes.length)
  for (const message of messages) expect(message).toMatch(/^[A-Za-z].{20,}/)
})

describe('an error that was recorded', () => {
  test.each(errorCodes)('is one of the hub’s own again, where it was one: %s', (code) => {
    const recorded = toErrorRecord(new ConnHubError(code, 'what happened'))
    const error = fromErrorRecord(recorded)
    expect(error).toBeInstanceOf(ConnHubError)
    expect(error).toMatchObject({name: 'ConnHubError', code, message: recorded.message})
    expect(error.message).toMatch(/: what happened$/)
  })

  test('has its name and code, where it was that of a stack', () => {
    const record = {message: 'refused', name: 'TypeError', code: 'ECONNREFUSED'}
    const error = fromErrorRecord(record)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(ConnHubError)
    expect(error).toMatchObject(record)
    expect(fromErrorRecord({message: 'refused', code: 7})).toMatchObject({code: 7, name: 'Error'})
  })

  test('has neither, where none was recorded', () => {
    expect(Object.getOwnPropertyNames(fromErrorRecord({message: 'refused'})).sort()).toEqual([
      'message',
      'stack',
    ])
  })

  test.each([
    'ERR_OF_LATER',
    'toString',
    'ERR_SELF',
  ])('is not one of the hub’s own by its code alone: %s', (code) => {
    const name = code === 'ERR_SELF' ? 'Error' : 'ConnHubError'
    const error = fromErrorRecord({message: 'm', name, code})
    expect(error).not.toBeInstanceOf(ConnHubError)
    expect(error).toMatchObject({message: 'm', name, code})
  })
})
