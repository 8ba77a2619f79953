import {execFile, execFileSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {beforeAll, expect, test} from 'vitest'

const root = join(__dirname, '../..')
const example = join(__dirname, 'example')

beforeAll(() => {
  if (!existsSync(join(root, 'lib/testing.js'))) execFileSync(process.execPath, [join(root, 'build.mjs')])
})

test('the quota plugin passes its test, with node:test and the built package', async () => {
  const {NODE_OPTIONS, NODE_TEST_CONTEXT, ...env} = process.env
  const args = ['--test', '--test-reporter=tap', 'quota.test.mjs']
  const {stdout} = await promisify(execFile)(process.execPath, args, {cwd: example, env})
  expect(stdout).toMatch(/^# tests 2$/m)
  expect(stdout).toMatch(/^# pass 2$/m)
})

test.each(['quota.mjs', 'quota.test.mjs'])('docs/testing.md shows %s as it is', (file) => {
  const page = readFileSync(join(root, 'docs/testing.md'), 'utf8')
  const code = readFileSync(join(example, file), 'utf8')
  expect(page).toContain(`\`\`\`js\n${code}\`\`\`\n`)
})
