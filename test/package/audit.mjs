// Fails where something that is installed with the package has a known advisory. Where the registry does not
// answer such questions, as mirrors do not, it says so.
import {spawnSync} from 'node:child_process'

const {stdout} = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
})
const answer = JSON.parse(stdout)
const found = answer.metadata?.vulnerabilities
if (found) {
  console.log(`advisories against what is installed with the package: ${found.total}`)
  for (const [name, {severity, range}] of Object.entries(answer.vulnerabilities)) {
    console.log(`  ${name} ${range}: ${severity}`)
  }
  process.exitCode = found.total === 0 ? 0 : 1
} else {
  console.log(
    `not asked for advisories: the registry does not answer (${answer.message ?? 'no reason given'})`,
  )
}
