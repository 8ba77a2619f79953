// A program with all of it, for runtimes that have files.
import {life} from './life.mjs'
import {logFile} from './log-file.mjs'

life()
  .then(() => logFile(`${process.pid}.jsonl`))
  .then(() => console.log('all is well'))
