/**
 * How a stream ends, or is aborted: `true`, or the error; `null` and `false` are no end. The types are those of
 * `@types/pull-stream`; at run time, anything that is thrown goes the same way.
 */
export type End = Error | boolean | null

/** A source of pull-streams. */
export type Source<T> = (abort: End, callback: (end: End, data?: T) => void) => void

/** A source of pull-streams that can also be read by `for await`, which aborts it when it is left. */
export type Stream<T> = Source<T> & AsyncIterable<T>

/** The source as readers get it: once aborted it stays so, and it can also be read by `for await`. */
export function readable<T>(source: Source<T>): Stream<T> {
  let aborted: End = true
  // Dropped when it is aborted: a reader that keeps the stream would else keep the hub from being collected.
  let open: Source<T> | undefined = source
  const stream: Source<T> = (abort, callback) => {
    // Some abort without a callback.
    const answer = callback ?? (() => {})
    const read = open
    if (!read) return answer(aborted)
    if (abort) {
      aborted = abort
      open = undefined
    }
    read(abort, answer)
  }
  const ask = inTurn(stream)
  return Object.assign(stream, {[Symbol.asyncIterator]: () => iterate(stream, ask)})
}

/** Asks a source once at a time, however often it is called, and by however many iterators. */
function inTurn<T>(source: Source<T>): () => Promise<IteratorResult<T>> {
  let latest: Promise<unknown> = Promise.resolve()
  const ask = () =>
    new Promise<IteratorResult<T>>((resolve, reject) => {
      source(null, (end, value) => {
        if (!end) resolve({done: false, value: value as T})
        else if (end === true) resolve({done: true, value: undefined})
        else reject(end)
      })
    })
  return () => {
    const answer = latest.then(ask)
    latest = answer.catch(() => {})
    return answer
  }
}

/**
 * Reads a source as an async iterator. Several share what comes: each item goes to the one that asked first. To leave
 * one aborts the source at once, also while it waits.
 */
function iterate<T>(source: Source<T>, ask: () => Promise<IteratorResult<T>>): AsyncIterableIterator<T> {
  const iterator: AsyncIterableIterator<T> = {
    next: ask,
    async return() {
      source(true, () => {})
      return {done: true, value: undefined}
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
