//! A program with axum's usual filter, request ids, and OpenTelemetry beside `fmt`: a failing task is seen in its log and in
//! its trace.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use outlive_integration_tests::Receiver;

#[test]
fn a_failing_audit_is_in_the_log_with_its_request_id_and_in_the_trace_of_its_request() {
    let receiver = Receiver::start();
    let mut service = Command::new(env!("CARGO_BIN_EXE_traced_service"))
        .env("RUST_LOG", "traced_service=debug,tower_http=debug")
        .env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", receiver.endpoint())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(service.stdout.take().unwrap()).read_line(&mut address).unwrap();

    let mut connection = TcpStream::connect(address.trim()).unwrap();
    let request = "POST /orders HTTP/1.1\r\nHost: test\r\nX-Request-Id: r-7f3a\r\nConnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 202"), "{response}");

    drop(service.stdin.take());
    let output = service.wait_with_output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}: {log}", output.status);

    let failures: Vec<_> = log.lines().filter(|line| line.contains("the disk is full")).collect();
    assert_eq!(failures.len(), 1, "{log}");
    for part in ["write_audit", "request=r-7f3a", "traced_service"] {
        assert!(failures[0].contains(part), "{part}: {}", failures[0]);
    }
    assert!(log.lines().any(|line| line.contains("tower_http::trace::on_response")), "{log}");

    let [http_request, write_audit, insert] = ["http_request", "write_audit", "insert"].map(|name| receiver.one(name));
    assert_eq!([&write_audit.trace, &insert.trace], [&http_request.trace; 2]);
    assert_eq!(http_request.parent, "");
    assert_eq!([&write_audit.parent, &insert.parent], [&http_request.id, &write_audit.id]);
    assert_eq!(write_audit.status, "failed: the disk is full");
}
