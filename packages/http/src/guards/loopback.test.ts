import { describe, expect, it } from 'vitest'
import { isLoopbackAddress, isLoopbackHost, isPrivateAddress } from './loopback.ts'

describe('loopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    'is the address %s',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(true)
    },
  )

  it.each([
    '128.0.0.1',
    '10.0.0.1',
    '::2',
    '::ffff:10.0.0.1',
    'localhost',
    '127.0.0.1.evil.example',
    '10.127.0.0.1',
    'x::ffff:127.0.0.1',
    '',
  ])('is not the address %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(false)
  })

  it.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST',
    'app.localhost:1',
    '127.0.0.1',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:3000',
    '127.1',
    '2130706433',
  ])('is the host %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true)
  })

  it.each([
    'localhost.evil.example',
    'localhost@evil.example',
    'evil.example#localhost',
    'evil.example/localhost',
    'evil.example?localhost',
    'evil.example\\@localhost',
    '127.0.0.1.nip.io',
    '[::2]',
    '10.0.0.1',
    '',
    'notlocalhost',
    'localhost, evil.example',
    'localhost:99999',
  ])('is not the host %s', (host) => {
    expect(isLoopbackHost(host)).toBe(false)
  })
})

describe('a private network', () => {
  it.each([
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '100.127.0.1',
    '::ffff:10.0.0.1',
    'fd00::1',
    'fc12:3456::1',
    'fe80::1',
    'FEBF::1',
  ])('has the address %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true)
  })

  it.each([
    '11.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '110.0.0.1',
    '203.0.113.9',
    '2001:db8::1',
    'fec0::1',
    'f::1',
    'fd::1',
    '',
  ])('does not have the address %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  })
})
