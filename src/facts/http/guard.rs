//! Which addresses may be asked at all, so that a stranger's pull request cannot reach what only this machine can see.
//! Judged twice for every hop: by the text of the address, and by the numbers that its name stands for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::Options;

const PRIVATE: &str = "refused: private address";

/// Longest address that is asked, in bytes; servers refuse longer ones.
const LONGEST: usize = 8192;

/// Names that only mean something inside a network or a cloud, whatever they resolve to.
const PRIVATE_ENDINGS: &[&str] =
    &["localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa"];

/// Cloud metadata behind an address that looks public: Azure's wire server.
const AZURE: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Why `url` must not be asked, as far as its text tells; nothing has been looked up yet.
pub fn refuses(url: &Url, options: &Options) -> Option<String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Some(format!("refused: `{}:` address", url.scheme()));
    }
    if url.as_str().len() > LONGEST {
        return Some(format!("refused: longer than {LONGEST} bytes"));
    }
    match url.host()? {
        Host::Ipv4(ip) => refuses_numbers(url, &[ip.into()], options),
        Host::Ipv6(ip) => refuses_numbers(url, &[ip.into()], options),
        Host::Domain(name) if !options.allow_private && is_private_name(name) => Some(PRIVATE.to_owned()),
        // A private port may still turn out right once the name has been looked up.
        Host::Domain(_) if options.allow_private || !options.exempt.is_empty() => None,
        Host::Domain(_) => refuses_port(url, options),
    }
}

/// Why `url` must not be asked now that its host is known to be at `numbers`. One private number is enough: a name
/// that answers with both kinds is an attack or a mistake.
pub fn refuses_numbers(url: &Url, numbers: &[IpAddr], options: &Options) -> Option<String> {
    if is_refused(numbers, options) {
        return Some(PRIVATE.to_owned());
    }
    if numbers.iter().all(|ip| is_private(*ip)) { None } else { refuses_port(url, options) }
}

/// Whether any of a host's numbers is private and not allowed.
pub fn is_refused(numbers: &[IpAddr], options: &Options) -> bool {
    !options.allow_private && numbers.iter().any(|ip| is_private(*ip) && !options.exempt.contains(ip))
}

fn refuses_port(url: &Url, options: &Options) -> Option<String> {
    let port = url.port_or_known_default()?;
    let fine = matches!(port, 80 | 443) || options.ports.contains(&port);
    (!fine).then(|| format!("refused: port {port}"))
}

/// Whether a name is one of a private network: it has no dot, or ends in a domain that is never public.
fn is_private_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    !name.contains('.')
        || PRIVATE_ENDINGS
            .iter()
            .any(|ending| name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether an address is anything but an ordinary public one (IANA special-purpose registries, 2025).
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => is_private_v6(ip),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    matches!(
        (a, b, c),
        (0 | 10 | 127, ..)              // this network, private, loopback
            | (100, 64..=127, _)        // carrier-grade NAT; Alibaba's metadata
            | (169, 254, _)             // link-local; most clouds' metadata
            | (172, 16..=31, _)         // private
            | (192, 0, 0 | 2)           // protocol assignments (Oracle's metadata), documentation
            | (192, 88, 99)             // 6to4 relays
            | (192, 168, _)             // private
            | (198, 18 | 19, _)         // benchmarks
            | (198, 51, 100)            // documentation
            | (203, 0, 113)             // documentation
            | (224..=255, ..) // multicast, reserved, broadcast
    ) || ip == AZURE
}

/// Only 2000::/3 is handed out to the public; mapped, NAT64, unique-local, link-local and multicast lie outside it.
fn is_private_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    match a {
        0x2001 => b < 0x0200 || b == 0x0db8, // Teredo, benchmarks, ORCHID; documentation
        0x2002 => true,                      // 6to4
        0x3fff => b < 0x1000,                // documentation
        _ => a & 0xe000 != 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str) -> Option<String> {
        refuses(&Url::parse(address).unwrap(), &Options::default())
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        for host in [
            "127.0.0.1",
            "0x7f.1",
            "2130706433",
            "017700000001",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:8.8.8.8]",
            "[::7f00:1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[2001:db8::1]",
            "[3fff::1]",
            "[100::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[5f00::1]",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "metadata",
            "metadata.google.internal",
            "printer.local",
            "router.lan",
            "x.home.arpa",
            "１２７.0.0.1",
        ] {
            assert_eq!(refused(&format!("http://{host}/a.png")).as_deref(), Some(PRIVATE), "{host}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for host in
            ["8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1", "[2606:4700::1]", "[2001:4860::8]", "a.example.com"]
        {
            assert_eq!(refused(&format!("https://{host}/a.png")), None, "{host}");
        }
        assert_eq!(refused("http://notlocal/").as_deref(), Some(PRIVATE), "one label");
        assert_eq!(refused("http://thelocal.se/"), None);
    }

    #[test]
    fn schemes_ports_and_lengths() {
        assert_eq!(refused("ftp://a.example.com/x.png").as_deref(), Some("refused: `ftp:` address"));
        assert_eq!(refused("https://a.example.com:8443/").as_deref(), Some("refused: port 8443"));
        assert_eq!(refused("https://8.8.8.8:22/").as_deref(), Some("refused: port 22"));
        assert_eq!(refused("http://a.example.com:443/"), None);
        let long = format!("https://a.example.com/{}", "x".repeat(100_000));
        assert_eq!(refused(&long).as_deref(), Some("refused: longer than 8192 bytes"));
        let wide = Options { ports: vec![8443], ..Options::default() };
        assert_eq!(refuses(&Url::parse("https://a.example.com:8443/").unwrap(), &wide), None);
    }

    #[test]
    fn one_private_number_spoils_a_name() {
        let url = Url::parse("http://two.example.com/a.png").unwrap();
        let numbers: [IpAddr; 2] = [[8, 8, 8, 8].into(), [10, 0, 0, 1].into()];
        assert_eq!(refuses_numbers(&url, &numbers, &Options::default()).as_deref(), Some(PRIVATE));
        assert_eq!(refuses_numbers(&url, &numbers[..1], &Options::default()), None);
    }

    #[test]
    fn private_addresses_are_allowed_all_together_or_one_by_one() {
        let url = Url::parse("http://127.0.0.1:8080/a.png").unwrap();
        assert_eq!(refuses(&url, &Options { allow_private: true, ..Options::default() }), None);
        let exempt = Options { exempt: vec![[127, 0, 0, 1].into()], ..Options::default() };
        assert_eq!(refuses(&url, &exempt), None);
        let other = Url::parse("http://127.0.0.2:8080/a.png").unwrap();
        assert_eq!(refuses(&other, &exempt).as_deref(), Some(PRIVATE));
        let mapped = Url::parse("http://[::ffff:127.0.0.1]:8080/a.png").unwrap();
        assert_eq!(refuses(&mapped, &exempt).as_deref(), Some(PRIVATE));
        let public = Url::parse("http://8.8.8.8:8080/a.png").unwrap();
        assert_eq!(
            refuses(&public, &exempt).as_deref(),
            Some("refused: port 8080"),
            "allowed ports are for private hosts"
        );
    }
}
