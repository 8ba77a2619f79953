export * from '../../src/testing'
