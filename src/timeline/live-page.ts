import {pageAround} from './timeline-page'

/** The page of a hub that runs. It may ask its own server, and nobody else. */
export function livePage(): string {
  const [before, script, after] = pageAround()
  const open = before.replace("default-src 'none';", "default-src 'none'; connect-src 'self';")
  return `${open}<script type="text/plain" data-live></script>\n${script}${after}`
}
