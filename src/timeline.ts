/** `ssb-conn-hub/timeline`: what happened, to look at in a browser. For Node. */

export type {Recordable} from './log-file/record-log'
export type {ServeOptions, TimelineServer} from './timeline/serve'
export {serveTimeline} from './timeline/serve'
export type {PageOptions, ShownLog} from './timeline/timeline-page'
export {timelinePage} from './timeline/timeline-page'
