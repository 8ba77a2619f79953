import type {IncomingMessage} from 'node:http'
import {request} from 'node:http'
import {connect} from 'node:net'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {Recordable} from '../../src/log-file'
import {fold} from '../../src/replay'
import type {LogItem, LogOptions} from '../../src/types'
import {setup} from '../kit/setup'
import {busyHub} from '../log-file/kit'
import {timeline} from './pages'

type Server = Awaited<ReturnType<typeof timeline.serveTimeline>>

async function serve(
  hub: Recordable,
  options?: Parameters<typeof timeline.serveTimeline>[1],
): Promise<Server> {
  const server = await timeline.serveTimeline(hub, options)
  onTestFinished(() => server.close())
  return server
}

function partsOf({url}: Server): {port: string; host: string; token: string} {
  const {port, host, hash} = new URL(url)
  return {port, host, token: hash.replace('#token=', '')}
}

/** What the server answers. */
function ask(
  server: Server,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<IncomingMessage> {
  const {port} = partsOf(server)
  return new Promise((resolve, reject) => {
    request({host: '127.0.0.1', port, path, method, headers, agent: false}, resolve).on('error', reject).end()
  })
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of answer) body += piece
  return body
}

/** Asks for the log, as a page does that has it up to the event with this id. */
async function openLog(server: Server, lastId = ''): Promise<IncomingMessage> {
  const {token} = partsOf(server)
  const answer = await ask(server, '/log', {authorization: `Bearer ${token}`, 'last-event-id': lastId})
  expect(answer.headers['content-type']).toBe('text/event-stream')
  return answer
}

/** What is sent: the items, the id of the last, and whether that is all; as many as come before there are enough. */
async function sent(answer: IncomingMessage, enough = Number.POSITIVE_INFINITY) {
  const items: LogItem[] = []
  let [text, id, end] = ['', '', '']
  for await (const piece of answer) {
    text += piece
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const [, type] = /^event: (.*)$/m.exec(event) ?? []
      const [, data = ''] = /^data: (.*)$/m.exec(event) ?? []
      if (type === 'closed') end = type
      if (type !== undefined || items.length === enough) continue
      items.push(JSON.parse(data))
      id = /^id: (.*)$/m.exec(event)?.[1] ?? ''
    }
    if (items.length === enough) break
  }
  return {items, id, end}
}

describe('the server of a timeline', () => {
  test('listens on 127.0.0.1, and has a token of its own in the fragment of its URL', async () => {
    const {hub} = setup()
    const [one, other] = [await serve(hub), await serve(hub)]
    expect(one.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}$/)
    expect(partsOf(one).token).not.toBe(partsOf(other).token)
  })

  test('gives the page to whoever asks, which has nothing of the log, and may ask nobody but its server', async () => {
    const {hub, work} = busyHub()
    work(20)
    const answer = await ask(await serve(hub), '/')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({'cache-control': 'no-store', 'x-content-type-options': 'nosniff'})
    expect(answer.headers['content-security-policy']).toBe("frame-ancestors 'none'")
    const page = await bodyOf(answer)
    expect(page).toContain("default-src 'none'; connect-src 'self';")
    expect(page).not.toContain('peer-')
  })

  test('sends what the memory of the hub has, and then each event as it happens', async () => {
    const {hub, work} = busyHub(50)
    work(120)
    const server = await serve(hub)
    const answer = await openLog(server)
    work(30)
    hub.close()
    const {items, end} = await sent(answer)
    expect(end).toBe('closed')
    expect(items[0]).toMatchObject({type: 'checkpoint', seq: 70})
    expect(fold(items)).toEqual(hub.snapshot())
    expect(items.map(({seq}) => seq)).toEqual(items.map((_, i) => 70 + i))
  })

  test('goes on after the last event that a page has, and begins anew where that is of another hub', async () => {
    const {hub, work} = busyHub()
    work(40)
    const server = await serve(hub)
    const {items, id} = await sent(await openLog(server), 11)
    // A hub of which nothing was dropped has no checkpoint: this one tells when it was made.
    const since = hub.checkpoint().since
    expect(items[0]).toEqual({type: 'checkpoint', seq: 0, time: 0, since, entries: []})
    const last = Number(id.split('-')[1])
    expect(last).toBe(items.at(-1)?.seq)
    const more = await sent(await openLog(server, id), 40 - last)
    expect([...items, ...more.items].map(({seq}) => seq)).toEqual(Array.from({length: 41}, (_, i) => i))
    for (const strange of [`${since}1-20`, 'what', '-20', `${since}-`, '999']) {
      expect((await sent(await openLog(server, strange), 1)).items[0]?.seq, strange).toBe(0)
    }
  })

  test('sends nothing to who does not read, and asks the hub for no more than fits into the connection', async () => {
    let asked = 0
    let isOver = false
    const padding = 'x'.repeat(10_000)
    const hub: Recordable = {
      snapshot: () => ({seq: 0, time: 0, entries: []}),
      log: (_options?: LogOptions) => (abort, callback) => {
        if (abort || isOver) return callback(true)
        asked++
        callback(null, {
          type: 'updated',
          seq: asked,
          time: asked,
          address: 'a',
          cause: 'caller',
          data: {padding},
        })
      },
    }
    const server = await serve(hub)
    const {port, host, token} = partsOf(server)
    const socket = connect(Number(port), '127.0.0.1')
    socket.pause()
    socket.write(`GET /log HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    // Until nothing more is asked for, however often the server has its turn.
    for (let turns = 0, before = -1; turns < 2000; turns++) {
      if (asked !== before || asked === 0) turns = 0
      before = asked
      await new Promise(setImmediate)
    }
    expect(asked * padding.length).toBeLessThan(50e6)
    isOver = true
    // The first is a checkpoint of nothing.
    let [text, count] = ['', -1]
    for await (const piece of socket) {
      text = (text + piece)
        .replaceAll(/"seq":(\d+),/g, (_, seq) => {
          expect(Number(seq)).toBe(++count)
          return ''
        })
        .slice(-200)
      if (text.includes('event: closed')) break
    }
    expect(count).toBe(asked)
  })

  test('lets go of a page that is gone, and of the hub when it is closed', async () => {
    const {hub, work} = busyHub()
    const server = await serve(hub)
    work(1)
    await sent(await openLog(server), 1)
    const answer = await openLog(server)
    await server.close()
    await expect(sent(answer)).rejects.toThrow('aborted')
    await server.close()
    work(50)
    expect(hub.snapshot().seq).toBe(51)
    await expect(ask(server, '/')).rejects.toMatchObject({code: 'ECONNREFUSED'})
  })

  test('answers with an end, and not in the hub, where the log cannot be read', async () => {
    const server = await serve({
      snapshot: () => ({seq: 0, time: 0, entries: []}),
      log() {
        throw new Error('no log')
      },
    })
    const {token} = partsOf(server)
    const answer = await ask(server, '/log', {authorization: `Bearer ${token}`}).catch((error) => error)
    expect(answer).toMatchObject({code: 'ECONNRESET'})
    expect((await ask(server, '/')).statusCode).toBe(200)
  })
})

describe('the server of a timeline refuses', () => {
  const {hub} = setup()

  test.each([
    'localhost',
    'evil.example',
    '127.0.0.1',
    '[::1]',
    '127.0.0.1.evil.example',
  ])('a request for %s, with the token or without', async (name) => {
    const server = await serve(hub)
    const {port, token} = partsOf(server)
    for (const host of [name, `${name}:${port}`].filter((host) => host !== `127.0.0.1:${port}`)) {
      for (const path of ['/', '/log']) {
        const answer = await ask(server, path, {host, authorization: `Bearer ${token}`})
        expect([answer.statusCode, await bodyOf(answer)], host).toEqual([
          403,
          expect.not.stringContaining('<'),
        ])
      }
    }
  })

  test('who has no token, or another one, or has it in the URL', async () => {
    const server = await serve(hub)
    const {token} = partsOf(server)
    const others = [
      undefined,
      '',
      'Bearer ',
      token,
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
    ]
    for (const authorization of others) {
      const answer = await ask(server, '/log', authorization === undefined ? {} : {authorization})
      expect(answer.statusCode, authorization).toBe(401)
    }
    for (const path of [`/log?token=${token}`, `/${token}`, '/page', '//']) {
      expect((await ask(server, path)).statusCode, path).toBe(404)
    }
  })

  test.each(['POST', 'OPTIONS', 'HEAD', 'DELETE'])('%s', async (method) => {
    expect((await ask(await serve(hub), '/log', {}, method)).statusCode).toBe(405)
  })

  test.each([
    ['a port that is none', {port: 70_000}, 'ERR_INVALID_OPTION'],
    ['half a port', {port: 1.5}, 'ERR_INVALID_OPTION'],
    ['a token that can be guessed', {token: 'secret'}, 'ERR_INVALID_OPTION'],
    ['a token that a header cannot carry', {token: `${'x'.repeat(32)}\n`}, 'ERR_INVALID_OPTION'],
  ])('%s', async (_, options, code) => {
    await expect(timeline.serveTimeline(hub, options)).rejects.toMatchObject({code})
  })

  test('a port that somebody else has', async () => {
    const {port} = partsOf(await serve(hub))
    await expect(timeline.serveTimeline(hub, {port: Number(port)})).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})
