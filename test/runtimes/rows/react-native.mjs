// React Native's bundler and its engine. Of its host, only what the hub needs stands in here.
const before = `
  var console = {log: print, warn: print, error: print}
  var queueMicrotask = function (callback) { Promise.resolve().then(callback) }
`
const after = `
  life.then(function () { print('all is well') }, function (error) { print(error.stack); quit() })`

export default {
  title: 'React Native',
  rows: [
    {
      name: 'Metro and Hermes 0.12',
      how: 'the preset of React Native 0.82; `queueMicrotask` is brought along',
      install: {
        metro: '0.83',
        'hermes-engine-cli': '0.12.0',
        '@react-native/babel-preset': '0.82',
        '@react-native/metro-babel-transformer': '0.82',
        '@babel/core': '7',
        '@babel/runtime': '7',
      },
      files: {
        'before.js': before,
        'after.js': after,
        'babel.config.js': `module.exports = {presets: ['module:@react-native/babel-preset']}`,
        'metro.config.js': `module.exports = {
          resolver: {sourceExts: ['mjs', 'cjs', 'js', 'json']},
          transformer: {babelTransformerPath: require.resolve('@react-native/metro-babel-transformer')},
        }`,
      },
      run: [
        'metro build page.mjs --out bundle.js --dev false --minify false --platform android -c metro.config.js',
        'cat before.js bundle.js after.js > all.js',
        './node_modules/hermes-engine-cli/linux64-bin/hermes -w all.js',
      ],
    },
  ],
}
