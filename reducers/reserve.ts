import type {HubEvent, ReserveLink} from '../src/events'

/** Which links wait in reserve, folded from the events that tell of them. It changes in place. */
export class Reserve {
  readonly #links = new Map<number, ReserveLink>()

  apply(event: HubEvent): void {
    switch (event.type) {
      case 'reserved': {
        const {address, link, inbound, key} = event
        this.#links.set(link, {address, link, inbound, ...(key !== undefined && {key})})
        return
      }
      // The link that is announced may be one that waited in reserve.
      case 'connected':
      case 'released':
        this.#links.delete(event.link)
        return
      case 'reset':
        this.#links.clear()
    }
  }

  /** Replaces all links by these. */
  replace(links: readonly ReserveLink[]): void {
    this.#links.clear()
    for (const link of links) this.#links.set(link.link, link)
  }

  get size(): number {
    return this.#links.size
  }

  /** Oldest first. */
  links(): readonly ReserveLink[] {
    return [...this.#links.values()]
  }
}
