/** The parts that tests use of packages that bring no declarations. */

declare module 'ssb-keys' {
  interface Keys {
    id: string
    public: string
    private: string
  }
  const ssbKeys: {generate(): Keys}
  export default ssbKeys
}

declare module 'multiserver/plugins/shs' {
  export default function createShs(options: object): {parse(part: string): {key: Buffer} | null}
}

declare module 'multiserver/plugins/net' {
  export default function createNet(options: object): {parse(part: string): {host: string} | null}
}

declare module 'multiserver/plugins/ws' {
  export default function createWs(options: object): {parse(part: string): {hostname: string} | null}
}
