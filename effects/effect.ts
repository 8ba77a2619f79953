import type {Live} from '../src/connections/live'
import type {Context} from '../src/context'
import type {HubEvent, Recorded} from '../src/events'

/** What follows an event, once its readers were told. */
export type Effect<E extends HubEvent = HubEvent> = (event: Recorded<E>, live: Live, context: Context) => void
