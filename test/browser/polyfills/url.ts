// What multiserver’s WebSocket plugin uses of Node's url.

declare class URL {
  constructor(url: string)
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  readonly host: string
  readonly pathname: string
}

type Parts = Pick<URL, 'protocol' | 'hostname' | 'port' | 'pathname'>

export function parse(text: string): Parts | {protocol: null} {
  try {
    const {protocol, hostname, port, host, pathname} = new URL(text)
    return {protocol, hostname, port, host, pathname} as Parts
  } catch {
    return {protocol: null}
  }
}

export function format({protocol, hostname, port, pathname}: Parts): string {
  return `${protocol}//${hostname}${port ? `:${port}` : ''}${pathname ?? ''}`
}
