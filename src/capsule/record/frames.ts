import type {Line, Own} from '../format/lines'

/** A call of the plugin's that has not returned: what happens meanwhile, and how the plugin is entered. */
export interface Frame {
  readonly lines: Line[]
  readonly entries: Entry[]
}

/** How the plugin was entered. */
export interface Entry {
  readonly own: Own
  readonly args: readonly unknown[]
  result?: unknown
  /** Whether it gave something that had no number before. */
  gaveNew: boolean
}

/**
 * Where the lines of a recording go: into the file, or, while the plugin waits for a call of its own to return, into the
 * frame of that call, which is written when it has returned.
 */
export class Frames {
  readonly #write: (line: Line) => void
  readonly #open: Frame[] = []

  constructor(write: (line: Line) => void) {
    this.#write = write
  }

  /** The innermost call that has not returned. */
  get innermost(): Frame | undefined {
    return this.#open.at(-1)
  }

  write(...lines: readonly Line[]): void {
    const {innermost} = this
    for (const line of lines) {
      if (innermost) innermost.lines.push(line)
      else this.#write(line)
    }
  }

  /** Calls, and gathers in the frame what happens meanwhile. */
  around(frame: Frame, call: () => unknown): unknown {
    this.#open.push(frame)
    try {
      return call()
    } finally {
      this.#open.pop()
    }
  }
}
