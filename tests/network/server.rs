//! A web server that behaves as badly as it is told to. It listens on loopback only, and remembers who asked for what.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// What came in on one connection.
#[derive(Debug, Clone)]
pub struct Request {
    /// As in the first line, with the query.
    pub path: String,
    /// Everything up to the empty line, in lower case.
    pub head: String,
    /// How many requests for the same path came before.
    pub before: usize,
    pub at: Instant,
}

pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Serves until the process ends: one request for each connection, each on its own thread.
    pub fn start(reply: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1", reply).expect("loopback")
    }

    /// None where the machine has no such address.
    pub fn start_at(ip: &str, reply: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Option<Self> {
        Self::raw(ip, move |stream, requests| {
            let Some(request) = read(stream, requests) else { return };
            reply(&request, stream);
            // The peer must have seen everything before the connection goes away.
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
            let _ = std::io::copy(&mut stream.take(1 << 20), &mut std::io::sink());
        })
    }

    /// Hands out connections before anything is read from them.
    pub fn raw(ip: &str, serve: impl Fn(&mut TcpStream, &Mutex<Vec<Request>>) + Send + Sync + 'static) -> Option<Self> {
        let listener = TcpListener::bind((ip, 0)).ok()?;
        let address = listener.local_addr().ok()?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (serve, log) = (Arc::new(serve), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let (serve, log) = (Arc::clone(&serve), Arc::clone(&log));
                thread::spawn(move || serve(&mut stream, &log));
            }
        });
        Some(Self { address, requests })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Requests for a path.
    pub fn count(&self, path: &str) -> usize {
        self.requests.lock().unwrap().iter().filter(|request| request.path == path).count()
    }
}

fn read(stream: &mut TcpStream, requests: &Mutex<Vec<Request>>) -> Option<Request> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1)?.to_owned();
    let mut requests = requests.lock().unwrap();
    let before = requests.iter().filter(|request| request.path == path).count();
    let request = Request { path, head: head.to_lowercase(), before, at: Instant::now() };
    requests.push(request.clone());
    Some(request)
}

/// Sends a whole answer: a status such as `404 Not Found`, header lines, a body with its true length.
pub fn send(stream: &mut TcpStream, status: &str, headers: &[&str], body: &[u8]) {
    let length = format!("Content-Length: {}", body.len());
    send_as_is(stream, status, &[headers, &[&length]].concat(), body);
}

/// Sends an answer whose headers may say anything.
pub fn send_as_is(stream: &mut TcpStream, status: &str, headers: &[&str], body: &[u8]) {
    let mut answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    for header in headers {
        answer.push_str(header);
        answer.push_str("\r\n");
    }
    answer.push_str("\r\n");
    let _ = stream.write_all(answer.as_bytes());
    let _ = stream.write_all(body);
    let _ = stream.flush();
}

/// Closes a connection with a reset: the kernel sends one when data that has arrived was never read.
pub fn reset(stream: &mut TcpStream) {
    let _ = stream.peek(&mut [0]);
}

/// A gzip stream of `start` and then about 258 MB of its last byte, in half a megabyte. It has no end.
pub fn gzip_bomb(start: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut bits, mut held) = (0_u64, 0);
    let mut push = |value: u64, width: u32| {
        bits |= value << held;
        held += width;
        while held >= 8 {
            packed.push(bits as u8);
            bits >>= 8;
            held -= 8;
        }
    };
    // RFC 1951, 3.2.6: the last block, with fixed codes; codes are written from their highest bit on.
    push(0b011, 3);
    for byte in start {
        let (code, width) =
            if *byte < 144 { (0x30 + u32::from(*byte), 8) } else { (0x190 + u32::from(*byte) - 144, 9) };
        push(u64::from(code.reverse_bits() >> (32 - width)), width);
    }
    for _ in 0..1_000_000 {
        push(0b1010_0011, 8); // 285: a copy of 258 bytes …
        push(0, 5); // … from one byte back
    }
    packed
}
