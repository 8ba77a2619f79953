import createDebug from 'debug'
import {afterEach, expect, test, vi} from 'vitest'
import {addressOf} from '../kit/fake-stack'
import {setup, uncaught} from '../kit/setup'

const bob = addressOf('bob')

afterEach(() => {
  vi.restoreAllMocks()
})

test('debug prints what happens, with marks in place of seeds', async () => {
  const lines: string[] = []
  const before = createDebug.disable()
  createDebug.enable('ssb:conn-hub')
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text))
    return true
  })
  try {
    const {hub, stack} = setup()
    const secret = Buffer.alloc(32, 's').toString('base64')
    const invite = `${bob}:${secret}`
    hub.connect(invite).catch(() => {})
    stack.lastDial.fail(new Error(`refused by ${invite}`))
    void hub.connect(bob)
    const rpc = stack.lastDial.succeed()
    rpc.closeMode = 'fails'
    await hub.disconnect(bob).catch(() => {})
    rpc.closeMode = 'closes'
    hub.update(bob, {note: 1})
    hub.close()
    const text = lines.concat(log.mock.calls.flat().map(String)).join('')
    const said = [
      ...text.matchAll(
        /(connecting to|connected to|failed to \w+ (?:to|from)|disconnecting from|disconnected from|closed the) /g,
      ),
    ]
    expect(said.map(([, what]) => what)).toEqual([
      'connecting to',
      'failed to connect to',
      'connecting to',
      'connected to',
      'disconnecting from',
      'failed to disconnect from',
      'disconnecting from',
      'disconnected from',
      'closed the',
    ])
    expect(text).not.toContain(secret)
    expect(text).toContain('seed-')
  } finally {
    createDebug.disable()
    if (before) createDebug.enable(before)
  }
})

test('a debug that throws keeps the event from nobody', async () => {
  const before = createDebug.disable()
  createDebug.enable('ssb:conn-hub')
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => {
    throw new Error('no place to print')
  })
  vi.spyOn(console, 'error').mockImplementation(() => {
    throw new Error('no place to print')
  })
  const {hub, stack, told} = setup()
  try {
    const errors = await uncaught(() => {
      void hub.connect(bob)
      stack.lastDial.succeed()
    })
    expect(errors.length).toBeGreaterThan(0)
  } finally {
    write.mockRestore()
    createDebug.disable()
    createDebug.enable(before)
  }
  expect(told.take()).toEqual(['connecting', 'connected'])
})
