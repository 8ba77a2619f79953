// ssb-conn as it comes from npm. With secret-stack 8 it looks for the configuration where 6 had it.
module.exports = () =>
  require('ssb-conn').map((plugin) => ({
    name: plugin.name,
    version: plugin.version,
    manifest: plugin.manifest,
    permissions: plugin.permissions,
    init: (ssb, config) => plugin.init(ssb, config.global ? {...config.global, conn: config.conn} : config),
  }))
