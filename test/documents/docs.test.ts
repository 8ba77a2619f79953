import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {transitions} from '../../reducers/transitions'

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

describe('the architecture', () => {
  test('has the transitions of the events of our own', () => {
    for (const [event, from, to] of rowsBelow('The life cycle')) {
      const [type = ''] = words(event)
      const transition = transitions[type as keyof typeof transitions]
      expect([type, words(from), to]).toEqual([type, transition.from, 'the same'])
      expect(transition.to).toBeUndefined()
    }
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
})
