import addresses from 'ipaddr.js';

/**
 * What an IP address leads to: `public`, the internet; `private`, this machine or a network of one's own (RFC 1918,
 * RFC 4193, RFC 6598); `link-local`, where clouds keep the keys of a machine (169.254.169.254); `special`, all else that
 * is nobody's address (multicast, reserved, and the forms that carry an IPv4 address inside an IPv6 one to a translator).
 */
export type AddressKind = 'public' | 'private' | 'link-local' | 'special';

const KIND_OF_RANGE: Readonly<Record<string, AddressKind>> = {
  unicast: 'public',
  loopback: 'private',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
  linkLocal: 'link-local',
};

/** @throws Error where the text is no IP address */
export function addressKind(address: string): AddressKind {
  const parsed = addresses.parse(address);
  // ::ffff:10.0.0.1 is 10.0.0.1.
  const plain = 'isIPv4MappedAddress' in parsed && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
  return KIND_OF_RANGE[plain.range()] ?? 'special';
}
