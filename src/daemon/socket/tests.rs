use super::*;
use crate::daemon::control::{Done, Which};
use crate::ids::{Address, EventId};
use proptest::prelude::*;

/// A daemon that says back what it was asked.
async fn echo(request: Request) -> Response {
    Response::Done(Done { notes: vec![format!("{request:?}")], letters: Vec::new() })
}

struct Served {
    _folder: tempfile::TempDir,
    path: PathBuf,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

async fn served() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let path = path_beside(&folder.path().join("lijst"));
    let listener = bind(&path).unwrap();
    let stop = CancellationToken::new();
    let (its_path, its_stop) = (path.clone(), stop.clone());
    let task = tokio::spawn(async move { serve(listener, &its_path, echo, its_stop).await });
    Served { _folder: folder, path, stop, task }
}

async fn ask_apart(path: &Path, request: Request) -> Result<Option<Response>, SocketError> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || ask(&path, &request)).await.unwrap()
}

/// What comes back for these bytes, the writing side closed after them.
async fn raw(path: &Path, bytes: Vec<u8>) -> Vec<u8> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut stream = Client::connect(path).unwrap();
        // The daemon may hang up on a line that is too long before all of it is written.
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_question_is_answered() {
    let served = served().await;
    let request = Request::Cancel {
        event: EventId::new("b16").unwrap(),
        address: Address::new("jan@voorbeeld.nl").unwrap(),
        seats: Some(1),
        reason: None,
    };
    let response = ask_apart(&served.path, request.clone()).await.unwrap();
    assert_eq!(response, Some(echo(request).await));
}

#[tokio::test]
async fn only_the_owner_may_open_it() {
    let served = served().await;
    let mode = std::fs::metadata(&served.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!served.path.with_extension("sock.d").exists());
}

#[tokio::test]
async fn one_daemon_a_store() {
    let served = served().await;
    assert!(matches!(bind(&served.path), Err(SocketError::AlreadyServed(_))));
    served.stop.cancel();
    served.task.await.unwrap();
    assert!(!served.path.exists());
    assert_eq!(ask_apart(&served.path, Request::Status).await.unwrap(), None);
}

#[tokio::test]
async fn what_a_killed_daemon_left_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lijst.sock");
    drop(bind(&path).unwrap());
    assert!(path.exists());
    assert_eq!(ask_apart(&path, Request::Status).await.unwrap(), None);
    bind(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "iets anders").unwrap();
    assert!(matches!(bind(&path), Err(SocketError::NoSocket(_))));
    assert!(path.exists());
}

#[tokio::test]
async fn garbage_is_answered_with_an_error_and_the_next_one_is_served() {
    let served = served().await;
    let deep = [b"[".repeat(100_000), b"\n".to_vec()].concat();
    let long = vec![b'x'; 3_000_000];
    for bytes in [b"hallo\n".to_vec(), b"{}".to_vec(), b"\"status\"x\n".to_vec(), vec![0, 255, 10], deep, long] {
        let answer = raw(&served.path, bytes).await;
        if !answer.is_empty() {
            let response: Response = serde_json::from_slice(&answer).unwrap();
            assert!(matches!(response, Response::Refused(_)), "{response:?}");
        }
    }
    assert!(raw(&served.path, Vec::new()).await.is_empty());
    let response = ask_apart(&served.path, Request::EventList(Which::All)).await.unwrap();
    assert_eq!(response, Some(echo(Request::EventList(Which::All)).await));
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let other = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(&stream), &mut line).unwrap();
        stream.write_all(b"+OK POP3\r\n").unwrap();
    });
    assert!(matches!(ask_apart(&path, Request::Status).await, Err(SocketError::NoAnswer)));
    other.join().unwrap();
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        let _ = serde_json::from_slice::<Request>(&bytes);
        let _ = serde_json::from_slice::<Response>(&bytes);
    }

    #[test]
    fn any_line_over_the_socket_is_answered(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (ours, theirs) = UnixStream::pair().unwrap();
            let (mut from, mut to) = theirs.into_split();
            to.write_all(&bytes).await.unwrap();
            to.write_all(b"\n").await.unwrap();
            let answering = tokio::spawn(answer(ours, echo));
            let mut said = Vec::new();
            // A reset instead of an end is no fault: the daemon hung up with bytes unread.
            let _ = from.read_to_end(&mut said).await;
            answering.await.unwrap().unwrap();
            assert!(serde_json::from_slice::<Response>(&said).is_ok());
        });
    }
}
