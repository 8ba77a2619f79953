/** How often a plugin may use what is nothing, before it is taken for a loop that never ends. */
const patience = 10_000

/**
 * What a plugin gets where there is no answer: its replay has failed already, and it is not to fail once more because
 * of that, in ways that only confuse. It can be called and read, has nothing in it, and who waits for it waits for
 * ever.
 */
export function makeNothing(failure: () => unknown): unknown {
  let uses = 0
  const nothing: unknown = new Proxy(() => {}, {
    get: (_target, key) => {
      if (++uses > patience) throw failure()
      if (key === Symbol.iterator) return () => [].values()
      if (key === Symbol.toPrimitive) return () => Number.NaN
      if (key === 'then') return () => {}
      return typeof key === 'symbol' ? undefined : nothing
    },
    apply: () => {
      if (++uses > patience) throw failure()
      return nothing
    },
    construct: () => Object(nothing),
    has: () => false,
    set: () => true,
  })
  return nothing
}
