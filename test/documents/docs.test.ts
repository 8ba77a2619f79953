import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {transitions} from '../../reducers/transitions'
import ConnHub from '../../src/index'
import {addressOf, FakeStack, VirtualClock} from '../../src/testing'

// What the documents say is compared with the code.

const root = join(__dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownIn('docs')]
const architecture = read('docs/architecture.md')

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
}

/** The rows of the table under a heading, without its head. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = architecture.split(`\n## ${heading}\n`)
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) => line.slice(2, -2).split(' | '))
}

/** A document without the code in it. */
const prose = (document: string) => read(document).replace(/```.*?```/gs, '')

/** What a link may name in a document: its headings, as GitHub calls them, and what has an id. */
function placesIn(document: string): Set<string> {
  const places = Array.from(prose(document).matchAll(/<a id="([^"]+)"/g), ([, id = '']) => id)
  for (const [, heading = ''] of prose(document).matchAll(/^#+ (.*)$/gm)) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const place = text.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
    const same = places.filter((other) => other.replace(/-\d+$/, '') === place).length
    places.push(same > 0 ? `${place}-${same}` : place)
  }
  return new Set(places)
}

const words = (text = '') => text.match(/[\w-]+/g) ?? []

describe.each(documents)('%s', (document) => {
  const links = Array.from(prose(document).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link)
  const ours = links.filter((link) => !/^[a-z]+:/.test(link))

  test('links to files and to places in them that are there', () => {
    const isBroken = (link: string) => {
      const [path, place] = link.split('#')
      const file = path ? join(dirname(document), path) : document
      if (!existsSync(join(root, file))) return true
      return place !== undefined && !placesIn(file).has(place)
    }
    expect(ours.filter(isBroken)).toEqual([])
  })

  test('names scripts that are there', () => {
    const {scripts} = JSON.parse(read('package.json'))
    const named = Array.from(read(document).matchAll(/npm run ([\w:-]+)/g), ([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

describe('the invariants', () => {
  const listed = Array.from(
    read('docs/reliability.md').matchAll(/^- \*\*(I\d+)\*\* .* \[Test\]\(\.\.\/(test\/.*)\)$/gm),
    ([, number = '', file = '']) => `${number} ${file}`,
  )

  test('are numbered one by one', () => {
    expect(listed.map((line) => line.split(' ')[0])).toEqual(listed.map((_, i) => `I${i + 1}`))
    expect(listed.length).toBeGreaterThan(20)
  })

  test('each have a test whose title has their number, in the file that they name', () => {
    const files = readdirSync(join(root, 'test'), {recursive: true, encoding: 'utf8'})
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `test/${name.replaceAll('\\', '/')}`)
    const named = files.flatMap((file) =>
      Array.from(read(file).matchAll(/ \((I\d+)\)['`],/g), ([, number]) => `${number} ${file}`),
    )
    expect(named.sort()).toEqual([...listed].sort())
  })
})

describe('the architecture', () => {
  test('has the life cycle that the code has', () => {
    const rows = rowsBelow('The life cycle').map(([event, from, to]) => [words(event)[0], words(from), to])
    const known = Object.entries(transitions).map(([type, {from, to}]) => [type, from, to ?? 'the same'])
    expect(rows).toEqual(known)
  })

  test('has the places of the code in the order in which they may import each other', () => {
    const [, array = ''] = /const places[^=]*= \[\n(.*?)\n\]/s.exec(read('test/imports.test.ts')) ?? []
    const places = Array.from(array.matchAll(/^ {2}\['([\w-]+)'/gm), ([, place]) => place)
    expect(places.length).toBeGreaterThan(15)
    const [, list = ''] = /those that come before it:\n\n(.*?)\n\n/s.exec(architecture) ?? []
    expect(words(list)).toEqual(places)
  })

  test('has a glossary whose terms are defined where it says', () => {
    const rows = rowsBelow('Glossary')
    expect(rows.length).toBeGreaterThan(20)
    for (const [term, cell = ''] of rows) {
      const [, name = '', file = ''] = /^`(\w+)` in `([\w/.-]+)`$/.exec(cell) ?? []
      const definition = new RegExp(`\\bexport (class|interface|type|function|const) ${name}\\b`)
      expect([term, name !== '' && definition.test(read(file))]).toEqual([term, true])
    }
  })

  test('names files and folders that are there', () => {
    const named = Array.from(
      architecture.matchAll(/`((?:src|reducers|effects|test)\/[\w/.-]*)`/g),
      ([, path = '']) => path,
    )
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('has the effect of every event that has one', () => {
    const [, table = ''] = read('effects/index.ts').split('const effects')
    const effects = Array.from(table.matchAll(/^ {2}'?([\w-]+)'?: (?:.*context\.)?(\w+)(?:\(\))?,$/gm))
    expect(
      rowsBelow('What follows from an event').map(([event, effect]) => [words(event)[0], words(effect)[0]]),
    ).toEqual(
      effects.filter(([, , effect]) => effect !== 'nothing').map(([, event, effect]) => [event, effect]),
    )
  })

  test('draws the steps in their order, each in a file that is there', () => {
    const picture = read('docs/life-of-an-event.svg')
    const steps = Array.from(picture.matchAll(/data-step="(\w+)" data-file="([\w/.-]+)"/g))
    const way = 'command, decision, dispatch, fold, log, readers, effect, outcome'
    expect(steps.map(([, step]) => step)).toEqual(way.split(', '))
    expect(picture).toContain(`${way}. An arrow leads from the outcome back to dispatch.`)
    for (const [, step, file = ''] of steps) {
      expect([step, existsSync(join(root, file))]).toEqual([step, true])
      expect(picture).toContain(`>${file}</text>`)
    }
  })

  test('draws two peers that dial each other at once as it goes', async () => {
    const stacks = [new FakeStack(), new FakeStack()]
    const hubs = stacks.map((stack) => new ConnHub(stack, {clock: new VirtualClock()}))
    onTestFinished(() => hubs.forEach((hub) => void hub.close()))
    for (const hub of hubs) void hub.connect(addressOf('other'))
    for (const stack of stacks) stack.incoming('other')
    for (const stack of stacks) stack.lastDial.succeed()
    // Each numbers its own links: here, the dialled one is drawn with the number of the dialler.
    const [anna, ben] = await Promise.all(hubs.map((hub) => typesIn(hub)))
    expect(drawnIn('both-dial', 'anna').map(([type]) => type)).toEqual(anna)
    expect(drawnIn('both-dial', 'ben').map(([type]) => type)).toEqual(ben)
    expect(drawnIn('both-dial', 'anna')).toContainEqual(['connected', '1'])
    expect(drawnIn('both-dial', 'ben')).toContainEqual(['connected', '2'])
  })

  test('draws a peer that comes back from another network as it goes', async () => {
    const [stack, clock] = [new FakeStack(), new VirtualClock()]
    const hub = new ConnHub(stack, {clock})
    onTestFinished(() => hub.close())
    const old = stack.incoming('phone')
    clock.advance(2001)
    stack.incoming('phone')
    old.die()
    expect(drawnIn('comes-back', 'pub')).toEqual(await linksIn(hub))
  })
})

/** What a picture says of the log of a hub: the events in their order, with their links. */
function drawnIn(picture: string, hub: string): [type: string, link: string | undefined][] {
  const events = read(`docs/${picture}.svg`).matchAll(
    new RegExp(`data-hub="${hub}" data-event="([\\w-]+)"(?: data-link="(\\d)")?`, 'g'),
  )
  return Array.from(events, ([, type = '', link]) => [type, link])
}

async function typesIn(hub: ConnHub): Promise<string[]> {
  return (await linksIn(hub)).map(([type]) => type)
}

/** The events of a hub, with their links numbered from 1 on. */
async function linksIn(hub: ConnHub): Promise<[type: string, link: string | undefined][]> {
  const numbers: number[] = []
  const events: [string, string | undefined][] = []
  for await (const event of hub.log()) {
    const link = 'link' in event ? event.link : undefined
    if (link !== undefined && !numbers.includes(link)) numbers.push(link)
    events.push([event.type, link === undefined ? undefined : String(numbers.indexOf(link) + 1)])
  }
  return events
}
