import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, expect, test} from 'vitest'
import {temporaryFolder} from '../kit/folder'

// What whoever has the package installed can do with it: the built one, in a folder of its own.

const root = join(__dirname, '../..')

const code = `
import {type Answer, FakeRpc, FakeStack, VirtualClock, connected, given, givenHub} from 'ssb-conn-hub/testing'
import ConnHub = require('ssb-conn-hub')

const stack = new FakeStack()
const clock = new VirtualClock()
const hub = new ConnHub<FakeRpc>(stack, {clock})
stack.onDial = (dial) => dial.succeed()
export const rpc: Promise<false | FakeRpc> = hub.connect('net:h:1')
export const seq: number = given(connected('net:h:1', {inbound: true})).entries().length
export const answer: Promise<Answer<boolean>> = givenHub().when((scene) => scene.hub.disconnect('net:h:1'))
// @ts-expect-error an event of this type has no such field
connected('net:h:1', {attempts: 1})
// @ts-expect-error only what was decided has events
given().thenEvents()
`

beforeAll(() => {
  if (!existsSync(join(root, 'lib/testing.d.ts'))) execFileSync(process.execPath, [join(root, 'build.mjs')])
})

function project(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/ssb-conn-hub'), 'junction')
  writeFileSync(join(folder, 'package.json'), '{}')
  return folder
}

test.each([
  ['typescript', 'node16', 'node16'],
  ['typescript-4.7', 'commonjs', 'node'],
])(
  'the declarations compile with %s, module resolution %s/%s',
  {timeout: 60_000},
  (typescript, module, moduleResolution) => {
    const folder = project()
    const options = {module, moduleResolution, strict: true, noEmit: true, target: 'es2022', types: []}
    // The declarations of Node and the like are not the matter here.
    const compilerOptions = {...options, lib: ['es2022'], skipLibCheck: true}
    writeFileSync(join(folder, 'index.ts'), code)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({compilerOptions}))
    const tsc = join(root, 'node_modules', typescript, 'bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', folder], {encoding: 'utf8', stdio: 'pipe'})
  },
)

test.each([
  ['index.mjs', "import {FakeStack, VirtualClock, given} from 'ssb-conn-hub/testing'"],
  ['index.cjs', "const {FakeStack, VirtualClock, given} = require('ssb-conn-hub/testing')"],
])('%s can load it', (file, load) => {
  const folder = project()
  writeFileSync(
    join(folder, file),
    `${load}\nconsole.log(new FakeStack().id, new VirtualClock(5).now(), given().entries())`,
  )
  const out = execFileSync(process.execPath, [join(folder, file)], {encoding: 'utf8'})
  expect(out).toMatch(/^@usA+=\.ed25519 5 \[\]\n$/)
})
