/**
 * The code of a test that replays a log up to an event, and looks at the table there.
 *
 * @param file the name of the file of the log
 * @param since when the hub was made, where the log has several hubs, one after the other
 * @param table the addresses and states that were there
 */
export function testCode(
  file: string,
  seq: number,
  since: number | undefined,
  table: readonly (readonly [address: string, state: string])[],
): string {
  const begin =
    since === undefined
      ? 'events'
      : `events.slice(events.findIndex((item) => item.type === 'checkpoint' && item.since === ${since}))`
  const lines = table.map((entry) => `    ${JSON.stringify(entry)},\n`)
  return `${imports}

const log = fileURLToPath(new URL(${JSON.stringify(encodeURIComponent(file))}, import.meta.url))

test(${JSON.stringify(`the table after event ${seq} of ${file}`)}, async () => {
  const events = []
  for await (const item of readLog(log)) events.push(item)
  const hub = new ReplayHub(${begin})
  // Start what is to be tested here, with this hub.
  hub.stepTo(${seq})
  assert.deepEqual(Array.from(hub.entries(), ([address, {state}]) => [address, state]), [
${lines.join('')}  ])
})
`
}

const imports = Object.entries({
  'node:assert/strict': 'assert',
  'node:test': '{test}',
  'node:url': '{fileURLToPath}',
  'ssb-conn-hub/log-file': '{readLog}',
  'ssb-conn-hub/replay': '{ReplayHub}',
})
  .map(([module, names]) => `import ${names} from ${JSON.stringify(module)}`)
  .join('\n')
