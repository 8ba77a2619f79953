import {open, rm} from 'node:fs/promises'
import {basename} from 'node:path'
import {PageLog} from '../timeline/page-log'
import {pageOf} from '../timeline/timeline-page'
import type {Command} from './command'
import {LogError} from './input'
import {linksOf} from './links'
import {offsetOf, pairsOf} from './offset'
import {UsageError} from './usage-error'

/** `view`: the timeline as one file. */
export const view: Command = {
  takes: '[LOG…] -o FILE.html',
  about: 'the timeline of a log as one HTML file, to be opened in a browser; several logs on one axis',
  more: 'The page needs no network. It has the events of the logs in it: whoever gets the page, gets them.',
  options: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      about: 'the file to write, which is replaced; - for standard output',
    },
    'no-events': {
      type: 'boolean',
      about: 'only what is drawn, without the events themselves: a smaller page',
    },
  },
  async run({logs, logsOf, values, print}) {
    const {output} = values
    if (typeof output !== 'string' || output === '') throw new UsageError('where to? -o FILE.html is missing')
    if (values.peer !== undefined)
      throw new UsageError('the page itself can be filtered: view takes no --peer')
    if (values.json) throw new UsageError('view writes HTML: it takes no --json')
    const all: PageLog[] = []
    for (const path of logs.paths) {
      const log = new PageLog(path === '-' ? 'standard input' : basename(path), values['no-events'] !== true)
      await logsOf(path).each(
        (item) => log.push(item),
        ({id}) => {
          log.id ??= id
        },
      )
      all.push(log)
    }
    if (all.every(({isEmpty}) => isEmpty)) return 1
    const [first, ...others] = all
    for (const log of others) log.ahead = first && aheadOf(first, log)
    if (output === '-') for (const piece of pageOf(all)) await print.write(piece)
    else await write(output, pageOf(all))
    return 0
  },
}

/** How many connections are compared at most, the latest: more make it no more certain. */
const mostLinks = 500

/** By how much the clock of B is ahead of A's, in ms, where the connections tell that both of them saw. */
function aheadOf(a: PageLog, b: PageLog): number | undefined {
  const [peerA, peerB] = [b.id && a.peer(b.id), a.id && b.peer(a.id)]
  if (!peerA || !peerB) return undefined
  const offset = offsetOf(pairsOf(linksOf(peerA).slice(-mostLinks), linksOf(peerB).slice(-mostLinks)))
  return offset?.isSteady ? Math.round((offset.least + offset.most) / 2) : undefined
}

async function write(path: string, pieces: Iterable<string>): Promise<void> {
  const file = await open(path, 'w').catch((error: Error) => {
    throw new LogError(error.message)
  })
  try {
    for (const piece of pieces) await file.writeFile(piece)
  } catch (error) {
    // Half a page is worse than none.
    await rm(path, {force: true})
    throw new LogError((error as Error).message)
  } finally {
    await file.close()
  }
}
