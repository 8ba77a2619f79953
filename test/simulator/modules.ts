import Module, {createRequire} from 'node:module'
import {join} from 'node:path'

type Load = (request: string, ...rest: unknown[]) => unknown

// Not declared, and used by all who replace modules: Node has no other way in version 20.
const loader = Module as unknown as {_load: Load}

/** Gives these in place of the packages of these names, to whoever requires them. Returns how to stop. */
export function hookModules(replacements: Readonly<Record<string, unknown>>): () => void {
  const real = loader._load
  loader._load = (request, ...rest) =>
    request in replacements ? replacements[request] : real.call(Module, request, ...rest)
  return () => {
    loader._load = real
  }
}

/** A package as it is installed here, although the simulator is bundled to a file elsewhere. */
export function requirePackage(name: string): unknown {
  return createRequire(join(process.cwd(), 'package.json'))(name)
}
