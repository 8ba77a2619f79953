// Package managers: ssb-conn, which brings an older hub, is installed, and this hub is put in that one's place.
const packed = {'ssb-conn-hub': 'file:./package.tgz'}
const common = {
  install: {'ssb-conn': '6.0.4'},
  files: {
    'one-hub.cjs': `
      const {createRequire} = require('node:module')
      const requireOfConn = createRequire(require.resolve('ssb-conn/package.json'))
      if (requireOfConn('ssb-conn-hub') !== require('ssb-conn-hub')) throw new Error('ssb-conn has another hub')`,
  },
  run: ['node one-hub.cjs', 'node main.mjs', 'node main.cjs'],
}

const yarn4 = (name, how, settings, run = common.run) => ({
  ...common,
  name,
  how: `\`resolutions\`; ${how}`,
  tools: {'@yarnpkg/cli-dist': '4'},
  manifest: {resolutions: packed},
  files: {...common.files, 'yarn.lock': '', '.yarnrc.yml': settings},
  installer: 'yarn install',
  run,
})

export default {
  title: 'Package managers',
  rows: [
    {
      ...common,
      name: 'npm',
      how: '`overrides`',
      tools: {npm: '11'},
      manifest: {overrides: {'ssb-conn-hub': '$ssb-conn-hub'}},
    },
    {
      ...common,
      name: 'Yarn 1',
      how: '`resolutions`',
      tools: {yarn: '1'},
      manifest: {resolutions: packed},
      // Its cache takes a packed file by its name, whatever is in it.
      installer: 'yarn install --non-interactive --cache-folder .cache',
    },
    yarn4('Yarn 4, node_modules', '`nodeLinker: node-modules`', 'nodeLinker: node-modules\n'),
    yarn4(
      'Yarn 4, Plug’n’Play',
      'with files in the zip files of its cache',
      'pnpEnableEsmLoader: true\n',
      common.run.map((command) => `yarn ${command}`),
    ),
    {
      ...common,
      name: 'pnpm',
      how: '`overrides` in `pnpm-workspace.yaml`',
      tools: {pnpm: '12', node: '24'},
      files: {
        ...common.files,
        'pnpm-workspace.yaml': 'overrides:\n  ssb-conn-hub: file:./package.tgz\nstrictDepBuilds: false\n',
      },
      installer: 'pnpm install --no-frozen-lockfile',
    },
  ],
}
