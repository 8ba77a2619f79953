import {join, relative} from 'node:path'
import {expect, test} from 'vitest'
import {cli, example, fixture} from './run'

// What each command prints, as files. After a change that is meant, `npx vitest -u test/cli` writes them anew.

const root = join(__dirname, '../..')
const [demo, old, rotated] = [fixture('demo'), fixture('demo', '2.0.0'), fixture('rotated-8')]
const [givenUp, other] = [fixture('given-up-8'), fixture('other-plugins-8')]

test.each([
  ['help', ['--help']],
  ...['summary', 'peers', 'failures', 'at', 'why', 'follow', 'diff', 'view', 'export', 'redact'].map(
    (name): [string, string[]] => [`${name}-help`, [name, '--help']],
  ),
  ['summary', ['summary', demo]],
  ['summary-of-version-1', ['summary', old]],
  ['summary-rotated', ['summary', rotated]],
  ['summary-dead-pubs', ['summary', example('dead-pubs')]],
  ['summary-json', ['summary', '--json', demo]],
  ['summary-peer', ['summary', '--peer', 'a1ghhi', demo]],
  [
    'summary-range',
    ['summary', '--since', '2026-03-14 19:40', '--until', '2026-03-14T19:50Z', example('dead-pubs')],
  ],
  ['peers', ['peers', demo]],
  ['peers-by-failures', ['peers', '--sort', 'failures', example('dead-pubs')]],
  ['peers-by-flaps', ['peers', '--sort', 'flaps', example('nothing-new')]],
  ['peers-json', ['peers', '--json', '--peer', '@5f', demo]],
  ['failures', ['failures', demo]],
  ['failures-given-up', ['failures', givenUp]],
  ['failures-by-peer', ['failures', '--by', 'peer', example('dead-pubs')]],
  ['failures-by-hour', ['failures', '--by', 'hour', example('dead-pubs')]],
  ['failures-json', ['failures', '--json', '--by', 'peer', givenUp]],
  ['at-event', ['at', '14', demo]],
  ['at-time', ['at', '2026-03-14T19:45:05Z', example('dead-pubs')]],
  ['at-full', ['at', '6', demo, '--full']],
  ['at-json', ['at', '2', '--json', demo]],
  ['why', ['why', 'A1GhhI3s', demo]],
  ['why-of-version-1', ['why', 'net:', old]],
  ['why-given-up', ['why', '@', givenUp]],
  ['why-other-plugins', ['why', '@', other]],
  ['why-dead-pub', ['why', 'attic', example('dead-pubs')]],
  ['why-nothing-new', ['why', 'harbour', example('nothing-new')]],
  ['why-nothing-new-pub', ['why', 'phone', example('nothing-new-pub')]],
  ['why-all', ['why', 'attic', '--all', '--until', '2026-03-14 19:35', example('dead-pubs')]],
  ['why-json', ['why', '--json', '@5f', demo]],
  ['diff', ['diff', example('nothing-new'), example('nothing-new-pub')]],
  ['export-trace', ['export', 'trace', demo]],
  ['export-prometheus', ['export', 'prometheus', demo]],
  ['export-csv', ['export', 'csv', demo]],
  ['redact', ['redact', demo, '-o', '-', '--salt', 'a salt']],
] as const)('%s', async (name, args) => {
  const {code, stdout, stderr} = await cli(args)
  expect({code, stderr}).toEqual({code: 0, stderr: ''})
  const command = args.map((arg) => (arg.startsWith(root) ? relative(root, arg) : arg)).join(' ')
  const text = `$ ssb-conn-hub ${command}\n${stdout.replaceAll(`${root}/`, '')}`
  await expect(text).toMatchFileSnapshot(`expected/${name}.txt`)
})
