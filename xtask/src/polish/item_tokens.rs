//! Splits modules into items without parsing them.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// An item, as far as that is known without parsing it.
pub struct ItemTokens {
    /// The tokens of the item, without its documentation.
    pub all: TokenStream,
    /// `struct`, `impl`, `mod` …
    pub keyword: String,
    /// The name after the keyword; for an impl, the name of its type.
    pub name: Option<Ident>,
    /// The tokens inside its braces.
    pub content: Option<TokenStream>,
}

/// Splits a module into items. An item ends with its braces or with a semicolon.
pub fn items(content: TokenStream) -> impl Iterator<Item = ItemTokens> {
    let mut trees = without_docs(content);
    std::iter::from_fn(move || {
        let mut item = ItemTokens { all: TokenStream::new(), keyword: String::new(), name: None, content: None };
        let (mut all, mut lifetime) = (Vec::new(), false);
        for tree in trees.by_ref() {
            match tree {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let content = group.stream();
                    let fields = item.keyword == "struct";
                    let content = if fields { without_docs(content).collect() } else { content };
                    all.push(TokenTree::Group(Group::new(Delimiter::Brace, content.clone())));
                    return Some(ItemTokens { all: all.into_iter().collect(), content: Some(content), ..item });
                }
                TokenTree::Ident(ident) => {
                    if !lifetime {
                        item.meet(&ident);
                    }
                    all.push(ident.into());
                }
                tree => {
                    let end = is_punct(&tree, ';');
                    lifetime = is_punct(&tree, '\'');
                    all.push(tree);
                    if end {
                        return Some(ItemTokens { all: all.into_iter().collect(), ..item });
                    }
                    continue;
                }
            }
            lifetime = false;
        }
        None
    })
}

impl ItemTokens {
    fn meet(&mut self, ident: &Ident) {
        const KEYWORDS: [&str; 8] = ["struct", "enum", "type", "impl", "mod", "fn", "use", "const"];
        if self.keyword.is_empty() {
            let word = ident.to_string();
            if KEYWORDS.contains(&word.as_str()) {
                self.keyword = word;
            }
        } else if ident == "for" {
            // The previous name was that of a trait.
            self.name = None;
        } else if self.name.is_none() {
            self.name = Some(ident.clone());
        }
    }
}

/// The return type of the function `name` in an impl.
pub fn returned(content: TokenStream, name: &str) -> Option<TokenStream> {
    let mut trees = content.into_iter();
    loop {
        let is_fn = matches!(trees.next()?, TokenTree::Ident(word) if word == "fn");
        if is_fn && matches!(trees.next()?, TokenTree::Ident(own) if own == name) {
            trees.find(|tree| is_punct(tree, '>'))?;
            return Some(
                trees
                    .take_while(|tree| !matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace))
                    .collect(),
            );
        }
    }
}

/// Items or fields without their documentation.
fn without_docs(content: TokenStream) -> impl Iterator<Item = TokenTree> {
    let mut trees = content.into_iter().peekable();
    std::iter::from_fn(move || {
        loop {
            let tree = trees.next()?;
            if !is_punct(&tree, '#') || trees.next_if(|next| matches!(next, TokenTree::Group(group) if is_doc(group))).is_none() {
                return Some(tree);
            }
        }
    })
}

fn is_punct(tree: &TokenTree, character: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn is_doc(group: &Group) -> bool {
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
}
