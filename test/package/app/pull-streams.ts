// Streams go into pull-stream as @types/pull-stream declares it, and come out of it.
import ConnHub = require('ssb-conn-hub')
import pull = require('pull-stream')

import type {Address, ConnectionData, ListenEvent, LogItem, Source} from 'ssb-conn-hub/lib/types'
import {decoder, encoder} from 'ssb-conn-hub/replay'

declare const hub: ConnHub
const told: string[] = []

pull(
  hub.listen(),
  pull.drain((event: ListenEvent) => {
    told.push(event.type)
  }),
)
pull(
  hub.listen(),
  pull.filter((event) => event.type === 'connected'),
  pull.map((event) => event.address),
  pull.take(1),
  pull.collect((error, addresses) => {
    if (!error) told.push(...addresses)
  }),
)
pull(
  hub.liveEntries(),
  pull.drain((entries) => {
    for (const [address, data] of entries) told.push(address, data.state)
  }),
)
pull(
  hub.log({live: true}),
  encoder(),
  decoder((torn) => told.push(torn)),
  pull.drain((item: LogItem) => {
    told.push(item.type)
  }),
)
const source: pull.Source<ListenEvent> = hub.listen()
source(null, (end: Error | boolean | null, event) => end || event)
export const back: Source<LogItem> = pull.values<LogItem>([])

// Entries are taken as tuples, as plugins write them; they are frozen all the same.
export const connected = [...hub.entries()].filter(
  ([, data]: [Address, ConnectionData]) => data.state === 'connected',
)
export const oldest = Array.from(hub.entries())
  .map(([address, data]: [Address, ConnectionData]) => ({address, birth: data.hubBirth}))
  .sort((a, b) => a.birth - b.birth)
