//! The format of parameters in the request line and in headers.

mod support;

use support::{Fake, block_on};
use wire_api::types::{Filter, FilterAge, Point, QueryOrder};

fn point() -> Point {
    Point::builder().x(1).y(2).build().unwrap()
}

#[test]
fn variables_of_a_path_are_written_in_their_style() {
    let fake = Fake::start();
    let client = &fake.client;
    block_on(client.simple().ids(vec!["a/b".to_owned(), "c".to_owned()]).send()).unwrap();
    assert_eq!(fake.target(), "/v1/simple/a%2Fb,c");
    block_on(client.simple_exploded().point(point()).send()).unwrap();
    assert_eq!(fake.target(), "/v1/simple-exploded/x=1,y=2");
    block_on(client.label().ids(vec![1, 2]).more(vec![3, 4]).send()).unwrap();
    assert_eq!(fake.target(), "/v1/label/.1,2/.3.4");
    block_on(client.matrix().point(point()).id("a").send()).unwrap();
    assert_eq!(fake.target(), "/v1/matrix/;x=1;y=2/;id=a");
    block_on(client.undeclared().left("l").right("r").send()).unwrap();
    assert_eq!(fake.target(), "/v1/undeclared/l/r");
}

#[test]
fn parameters_of_a_query_are_written_in_their_style() {
    let fake = Fake::start();
    let two = || vec!["a,b".to_owned(), "c d".to_owned()];
    let query = || fake.client.query();
    for (call, expected) in [
        (query().form(two()), "form=a%2Cb&form=c%20d"),
        (query().joined(two()), "joined=a%2Cb,c%20d"),
        (query().space(two()), "space=a%2Cb%20c%20d"),
        (query().pipe(two()), "pipe=a%2Cb%7Cc%20d"),
        (query().point(point()), "x=1&y=2"),
        (query().json(point()), "json=%7B%22x%22%3A1%2C%22y%22%3A2%7D"),
        (query().order(QueryOrder::NotEqual), "order=%21%3D"),
        (query().order(QueryOrder::Asc2), "order=ASC"),
        (query().key("k".to_owned()), "key=k"),
        (query().key(5), "key=5"),
        (query().nothing("x"), "nothing=x"),
        (query().form(Vec::new()), ""),
        (query(), ""),
    ] {
        block_on(call.send()).unwrap();
        let expected = if expected.is_empty() { "/v1/query".to_owned() } else { format!("/v1/query?{expected}") };
        assert_eq!(fake.target(), expected);
    }
    let age = FilterAge::builder().min(18).build().unwrap();
    let filter = Filter::builder().name("n").age(age).build().unwrap();
    block_on(query().filter(filter).send()).unwrap();
    assert_eq!(fake.target(), "/v1/query?filter%5Bname%5D=n&filter%5Bage%5D%5Bmin%5D=18");
}

#[test]
fn a_parameter_accepts_a_builder_and_names_its_missing_fields() {
    let fake = Fake::start();
    let filter = Filter::builder().name("n").age(FilterAge::builder().min(18));
    block_on(fake.client.query().filter(filter).x_point(Point::builder().x(1).y(2)).send()).unwrap();
    assert_eq!(fake.target(), "/v1/query?filter%5Bname%5D=n&filter%5Bage%5D%5Bmin%5D=18");
    assert_eq!(fake.request().header("x-point"), Some("x=1,y=2"));
    let error = block_on(fake.client.query().point(Point::builder().y(2)).send()).unwrap_err();
    assert!(error.to_string().contains("in `point`: `x` is required, but was not set"), "{error}");
    assert_eq!(fake.server.requests().len(), 1, "nothing was sent");
}

#[test]
fn headers_hold_arrays_and_objects() {
    let fake = Fake::start();
    block_on(fake.client.query().x_tags(vec!["a".to_owned(), "b".to_owned()]).x_point(point()).send()).unwrap();
    let request = fake.request();
    assert_eq!((request.header("x-tags"), request.header("x-point")), (Some("a,b"), Some("x=1,y=2")));
}

#[test]
fn cookies_are_written_in_their_style() {
    let fake = Fake::start();
    let two = || vec!["a,b".to_owned(), "c d".to_owned()];
    let cookies = || fake.client.cookies().csrf("aGk+/w==");
    for (call, expected) in [
        (cookies(), ""),
        (cookies().ids(two()), "; ids=a%2Cb; ids=c%20d"),
        (cookies().joined(two()), "; joined=a%2Cb,c%20d"),
        (cookies().point(point()), "; x=1; y=2"),
        (cookies().json(point()), "; json={%22x%22:1%2C%22y%22:2}"),
        (cookies().raw("50%, ok"), "; raw=50%, ok"),
        (cookies().raw("a").with_header("cookie", "own=1"), "; raw=a; own=1"),
    ] {
        block_on(call.send()).unwrap();
        let request = fake.request();
        let sent = request.header("cookie").unwrap();
        let mut expected: Vec<String> = format!("csrf=aGk+/w=={expected}").split("; ").map(str::to_owned).collect();
        let mut sent: Vec<String> = sent.split("; ").map(str::to_owned).collect();
        expected.sort();
        sent.sort();
        assert_eq!(sent, expected);
    }
    assert_eq!(fake.server.violations(), [""; 0]);
}

#[test]
fn cookies_that_cannot_be_sent_are_refused() {
    let fake = Fake::start();
    let error = block_on(fake.client.cookies().send()).unwrap_err();
    assert!(error.to_string().contains("`csrf` is required"), "{error}");
    let error = block_on(fake.client.cookies().csrf("a").raw("b; admin=1").send()).unwrap_err();
    assert!(error.to_string().contains("`raw` contains a character that is not allowed in a cookie"), "{error}");
    assert_eq!(fake.server.requests().len(), 0, "nothing was sent");
}
