/**
 * Where in a sorted list something begins, by halving.
 *
 * @param isBefore whether the item of this index comes before it
 * @returns the first index whose item does not; `length` where all do
 */
export function firstIndex(length: number, isBefore: (index: number) => boolean): number {
  let [from, to] = [0, length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (isBefore(middle)) from = middle + 1
    else to = middle
  }
  return from
}
