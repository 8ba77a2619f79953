// Puts the hub of this checkout in the place of the older one that ssb-conn brings, as `overrides` does in an app.
const Module = require('node:module')
const {join} = require('node:path')

const lib = join(__dirname, '../../../lib')
const resolve = Module._resolveFilename
Module._resolveFilename = function (request, ...rest) {
  const ours = /^ssb-conn-hub(\/[\w-]+)?$/.exec(request)
  return ours ? join(lib, `${ours[1] ?? '/index'}.js`) : resolve.call(this, request, ...rest)
}
