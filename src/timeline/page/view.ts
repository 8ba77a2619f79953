/** What part of the axis is shown, from one place to another. */
export interface View {
  readonly from: number
  readonly to: number
}

/** The shortest that can be shown: a ms across some pixels. */
const shortest = 20

/** Shows so many times as much, and keeps a place where it is. */
export function zoomed({from, to}: View, factor: number, around: number, all: View): View {
  const length = Math.min(Math.max((to - from) * factor, shortest), lengthOf(all))
  const share = to > from ? (around - from) / (to - from) : 0.5
  const start = around - share * length
  return within({from: start, to: start + length}, all)
}

/** Moves by a share of what is shown. */
export function panned(view: View, share: number, all: View): View {
  const by = (view.to - view.from) * share
  return within({from: view.from + by, to: view.to + by}, all)
}

/** Shows a place, in the middle where it was not in view. */
export function showing(view: View, place: number, all: View): View {
  if (place >= view.from && place <= view.to) return view
  const half = (view.to - view.from) / 2
  return within({from: place - half, to: place + half}, all)
}

/** Moved into what there is. */
export function within({from, to}: View, all: View): View {
  const length = Math.max(Math.min(to - from, lengthOf(all)), Math.min(shortest, lengthOf(all)))
  const start = Math.min(Math.max(from, all.from), Math.max(all.to - length, all.from))
  return {from: start, to: start + length}
}

function lengthOf({from, to}: View): number {
  return Math.max(to - from, shortest)
}
