import {randomBytes} from 'node:crypto'
import {open, rm} from 'node:fs/promises'
import {encodeLine} from '../log/codec'
import {encodeHeader} from '../log/header'
import type {Command} from './command'
import {LogError} from './input'
import {Pseudonyms} from './pseudonyms'
import {UsageError} from './usage-error'

/** `redact`: a log that can be shown to others. */
export const redact: Command = {
  takes: '[LOG] -o LOG',
  about:
    'the same log with pseudonyms for keys, addresses and metadata, to be shown to others; folds like the first',
  more:
    'Times, states, the codes of errors and the kinds of networks stay. Each time it makes other pseudonyms, which\n' +
    'nobody can lead back, unless several logs get the same --salt, to be compared with each other. Keep it secret.',
  options: {
    output: {
      type: 'string',
      short: 'o',
      value: 'LOG',
      about: 'the file to write, which must not be there yet; - for standard output',
    },
    salt: {type: 'string', value: 'TEXT', about: 'the same pseudonyms for the same salt'},
  },
  async run({logs, values, print}) {
    const {output, salt = randomBytes(32).toString('hex')} = values
    if (typeof output !== 'string' || output === '') throw new UsageError('where to? -o LOG is missing')
    if (values.peer !== undefined)
      throw new UsageError('a part of a log does not fold: redact takes no --peer')
    const pseudonyms = new Pseudonyms(String(salt))
    const file = output === '-' ? undefined : await create(output)
    const write = async (text: string) => {
      await (file ? file.writeFile(text) : print.write(text))
    }
    let id: string | undefined
    let isBegun = false
    try {
      for await (const items of logs.batches((header) => {
        id ??= header.id
      })) {
        if (items.length === 0) continue
        const header = isBegun ? '' : encodeHeader(id === undefined ? undefined : pseudonyms.key(id))
        isBegun = true
        await write(header + items.map((item) => encodeLine(pseudonyms.item(item))).join(''))
      }
    } catch (error) {
      isBegun = false
      throw error
    } finally {
      await file?.close()
      // Half a log is worse than none.
      if (file && !isBegun) await rm(String(output), {force: true})
    }
    return isBegun ? 0 : 1
  },
}

async function create(path: string) {
  try {
    return await open(path, 'wx')
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    throw new LogError(code === 'EEXIST' ? `${path} is there already` : message)
  }
}
