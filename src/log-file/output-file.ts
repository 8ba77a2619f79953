import {fsync} from 'node:fs'
import type {FileHandle} from 'node:fs/promises'
import {open, stat} from 'node:fs/promises'
import {promisify} from 'node:util'
import {ConnHubError} from '../values/errors'
import {hasCode, ignoreMissing} from './file-errors'

export const ownerOnly = 0o600

/**
 * A file that is being written. Every method rejects with the error of the file system; with ERR_LOG_REPLACED where
 * another file has taken its place, and with ERR_LOG_GONE where nothing is there any more.
 */
export class OutputFile {
  readonly #path: string
  readonly #handle: FileHandle
  /** A device has no name to lose, and cannot be synced. */
  readonly #isDevice: boolean

  private constructor(path: string, handle: FileHandle, isDevice: boolean) {
    this.#path = path
    this.#handle = handle
    this.#isDevice = isDevice
  }

  /** Never one that exists. */
  static async create(path: string): Promise<OutputFile> {
    const handle = await open(path, 'ax', ownerOnly).catch((error) => {
      throw hasCode(error, 'EEXIST') ? new ConnHubError('ERR_LOG_REPLACED', path) : error
    })
    return new OutputFile(path, handle, false)
  }

  static async openDevice(path: string): Promise<OutputFile> {
    return new OutputFile(path, await open(path, 'a', ownerOnly), true)
  }

  /** In one write, unless the operating system takes only a part of it. */
  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; ) {
      at += (await this.#handle.write(bytes, at, bytes.length - at, null)).bytesWritten
    }
    await this.#assertInPlace()
  }

  /** Resolves when all that was written is on disk. */
  async close(): Promise<void> {
    // Yarn's Plug'n'Play has no sync() of a FileHandle.
    if (!this.#isDevice) await promisify(fsync)(this.#handle.fd)
    await this.#assertInPlace()
    await this.#handle.close()
  }

  /** Lets go of it, however that ends. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {})
  }

  /** A file that was deleted takes whatever is written, and nobody will ever read it. */
  async #assertInPlace(): Promise<void> {
    if (this.#isDevice) return
    const [ours, present] = await Promise.all([
      this.#handle.stat({bigint: true}),
      stat(this.#path, {bigint: true}).catch(ignoreMissing),
    ])
    if (!present) throw new ConnHubError('ERR_LOG_GONE', this.#path)
    if (ours.ino !== present.ino) throw new ConnHubError('ERR_LOG_REPLACED', this.#path)
  }
}
