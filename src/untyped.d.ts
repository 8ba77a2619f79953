/** The parts we use of packages that bring no declarations. */

declare module 'multiserver-address' {
  const multiserverAddress: {check(address: string): boolean}
  export default multiserverAddress
}

declare module 'pull-notify' {
  type Abort = Error | boolean | null
  export interface Notify<T> {
    (message: T): T
    listen(): (abort: Abort, callback: (end: Abort, message: T) => void) => void
    end(): void
  }
  export default function createNotify<T>(): Notify<T>
}
