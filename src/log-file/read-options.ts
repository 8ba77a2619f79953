import {invalidOption} from '../values/errors'

/** The end of a file that is not a whole line: whoever wrote it was stopped, or has not finished. */
export interface Torn {
  /** The path of the file. */
  readonly path: string
  /** What there is of the line, with marks in place of seeds. */
  readonly torn: string
}

/** How a file of a log begins. */
export interface FileHeader {
  /** The path of the file. */
  readonly path: string
  /** That of the format in which it is written. */
  readonly version: number
  /** The public key of the peer whose hub it is, where it is known. */
  readonly id?: string | undefined
}

/** How to read a log in files, and what of it. */
export interface ReadOptions {
  /** Called for every file of which the first line is whole, in order, before its items are given. */
  readonly onHeader?: (header: FileHeader) => void
  /** Called for every file whose end is torn, in order. */
  readonly onTorn?: (torn: Torn) => void
  /**
   * Only the events of this time or later, in ms since the epoch. The first item is then a checkpoint of the state
   * before them. Default: from the beginning.
   */
  readonly since?: number
  /**
   * Only the events of this time or earlier, in ms since the epoch: they fold to the state at that time. Default: to
   * the end.
   */
  readonly until?: number
}

/** Throws ConnHubError ERR_INVALID_OPTION. */
export function checked(options: ReadOptions): ReadOptions {
  const {since = -Infinity, until = Infinity} = options
  for (const [name, time] of Object.entries({since, until})) {
    if (typeof time === 'number' && !Number.isNaN(time)) continue
    throw invalidOption(name, time, 'ms since the epoch')
  }
  if (until < since) throw invalidOption('until', until, `a time that is not before since, ${since}`)
  return options
}
