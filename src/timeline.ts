/** `ssb-conn-hub/timeline`: what happened, to look at in a browser. For Node. */

export type {PageOptions, ShownLog} from './timeline/timeline-page'
export {timelinePage} from './timeline/timeline-page'
