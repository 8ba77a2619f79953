import {reasonOf} from './names.mjs'

/** The demo could not show what it meant to show. */
export class DemoError extends Error {}

const patience = 5000

/**
 * Waits for a promise, but not for ever.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what it is, for the message
 * @param {number} [time] in ms
 * @returns {Promise<T>}
 */
export async function inTime(promise, what, time = patience) {
  let timer
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new DemoError(`waited ${time / 1000} s for ${what}`)), time)
  })
  try {
    return await Promise.race([promise, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Does something, and says what it was if it fails.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function explained(what, work) {
  try {
    return await work()
  } catch (error) {
    throw new DemoError(`${what}: ${reasonOf(error)}`, {cause: error})
  }
}
