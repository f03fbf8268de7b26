//! Puts every mutant of a crate's files into them at once, each behind a switch, so that one build has them all.
//!
//! Source: mutant schemata, Untch, Offutt and Harrold, "Mutation analysis using mutant schemata" (ISSTA 1993). The operators are those of
//! cargo-mutants: bodies that return a plain value at once, other binary operators, no `!` and no `-`, guards that always or never hold,
//! and arms that are passed by where another takes everything.
//!
//!     mutants ROOT DROPPED FILE…
//!
//! Rewrites each FILE below ROOT in place, leaves out the mutants whose numbers the file DROPPED has, one a line, and prints for every other
//! one its number, place and what it does, parted by tabs. Numbers depend on the files alone.

use std::collections::HashSet;
use std::path::Path;
use std::{env, fs, process};

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, BinOp, Block, Expr, ExprBinary, ExprMatch, ExprUnary, FnArg, ImplItem, ImplItemFn, Item, ItemFn, Pat, ReturnType,
    Signature, Type, UnOp, parse_quote,
};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [root, dropped, files @ ..] = args.as_slice() else {
        eprintln!("usage: mutants ROOT DROPPED FILE…");
        process::exit(2);
    };
    let dropped = fs::read_to_string(dropped).unwrap_or_default();
    let dropped: HashSet<u32> = dropped.lines().filter_map(|line| line.trim().parse().ok()).collect();
    let mut maker = Maker { next: 1, dropped, file: String::new(), function: String::new() };
    for file in files {
        let path = Path::new(root).join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut tree = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        maker.file.clone_from(file);
        maker.visit_file_mut(&mut tree);
        fs::write(&path, prettyplease::unparse(&tree)).unwrap();
    }
}

struct Maker {
    next: u32,
    dropped: HashSet<u32>,
    file: String,
    function: String,
}

impl Maker {
    /// The switch of a new mutant, where it is not left out.
    fn switch(&mut self, span: Span, what: &str) -> Option<Expr> {
        let number = self.next;
        self.next += 1;
        if self.dropped.contains(&number) {
            return None;
        }
        println!("{number}\t{}:{}\t{}\t{what}", self.file, span.start().line, self.function);
        let number = syn::LitInt::new(&number.to_string(), Span::call_site());
        Some(parse_quote!(crate::mutant::on(#number)))
    }

    fn body(&mut self, attributes: &[Attribute], signature: &Signature, block: &mut Block) {
        if signature.constness.is_some() || signature.unsafety.is_some() || is_test(attributes) || block.stmts.is_empty() {
            return;
        }
        let outer = std::mem::replace(&mut self.function, signature.ident.to_string());
        let span = signature.ident.span();
        // Without arguments that could be changed a body that does nothing says nothing.
        let has_effect = signature.inputs.iter().any(|arg| match arg {
            FnArg::Receiver(receiver) => receiver.mutability.is_some(),
            FnArg::Typed(typed) => matches!(&*typed.ty, Type::Reference(r) if r.mutability.is_some()),
        });
        let values = match &signature.output {
            ReturnType::Default if has_effect => vec![String::new()],
            ReturnType::Default => Vec::new(),
            ReturnType::Type(_, of) => values(of),
        };
        let mut stmts = Vec::new();
        let mut kept = block.clone();
        visit_mut::visit_block_mut(self, &mut kept);
        for value in values {
            let Some(switch) = self.switch(span, &format!("returns {value} at once")) else { continue };
            let value: Option<Expr> = (!value.is_empty()).then(|| syn::parse_str(&value).unwrap());
            stmts.push(parse_quote!(if #switch { return #value; }));
        }
        stmts.append(&mut kept.stmts);
        block.stmts = stmts;
        self.function = outer;
    }

    fn binary(&mut self, binary: &ExprBinary, kept: Expr) -> Expr {
        let others = others(&binary.op);
        let (left, right) = (&binary.left, &binary.right);
        let mut out = kept;
        for other in others {
            let what = format!("{} becomes {}", binary.op.to_token_stream(), other.to_token_stream());
            let Some(switch) = self.switch(binary.op.span(), &what) else { continue };
            out = parse_quote!((if #switch { (#left) #other (#right) } else { #out }));
        }
        out
    }

    fn arms(&mut self, found: &mut ExprMatch) {
        // A name without a capital binds; one with a capital is a constant or a variant.
        let binds = |name: &syn::Ident| name.to_string().starts_with(|c: char| c.is_lowercase() || c == '_');
        let takes_all = |pat: &Pat| match pat {
            Pat::Wild(_) => true,
            Pat::Ident(ident) => ident.subpat.is_none() && binds(&ident.ident),
            _ => false,
        };
        let has_wild = found.arms.iter().any(|arm| takes_all(&arm.pat) && arm.guard.is_none());
        for arm in &mut found.arms {
            let guard = arm.guard.take();
            let span = arm.pat.span();
            if let Some((_, guard)) = &guard
                && has_let(guard)
            {
                arm.guard = Some((Default::default(), guard.clone()));
                continue;
            }
            let mut made: Option<Expr> = guard.map(|(_, guard)| *guard);
            if let Some(old) = made.take() {
                let mut new: Expr = parse_quote!((#old));
                for value in [true, false] {
                    if let Some(switch) = self.switch(span, &format!("the guard is always {value}")) {
                        let value = syn::LitBool::new(value, Span::call_site());
                        new = parse_quote!((if #switch { #value } else { #new }));
                    }
                }
                made = Some(new);
            } else if has_wild
                && !takes_all(&arm.pat)
                && let Some(switch) = self.switch(span, "the arm is passed by")
            {
                made = Some(parse_quote!(!#switch));
            }
            arm.guard = made.map(|guard| (Default::default(), Box::new(guard)));
        }
    }
}

impl VisitMut for Maker {
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Fn(ItemFn { attrs, sig, block, .. }) => self.body(attrs, sig, block),
            Item::Mod(inner) if is_test(&inner.attrs) => {}
            // What must be known when it is compiled can have no switch.
            Item::Const(_) | Item::Static(_) | Item::Struct(_) | Item::Enum(_) | Item::Type(_) | Item::Macro(_) => {}
            Item::Impl(found) => {
                let of = found.trait_.as_ref().map(|(_, path, _)| path.segments.last().unwrap().ident.to_string());
                if of.as_deref() == Some("Debug") || is_test(&found.attrs) {
                    return;
                }
                for item in &mut found.items {
                    if let ImplItem::Fn(ImplItemFn { attrs, sig, block, .. }) = item {
                        self.body(attrs, sig, block);
                    }
                }
            }
            _ => visit_mut::visit_item_mut(self, item),
        }
    }

    fn visit_pat_mut(&mut self, _: &mut Pat) {}

    fn visit_type_mut(&mut self, _: &mut Type) {}

    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Const(_) | Expr::Repeat(_)) {
            return;
        }
        let original = expr.clone();
        visit_mut::visit_expr_mut(self, expr);
        match &original {
            Expr::Binary(binary) if !has_let(&original) => *expr = self.binary(binary, expr.clone()),
            Expr::Unary(ExprUnary { op: UnOp::Not(_), expr: inner, .. }) => {
                if let Some(switch) = self.switch(original.span(), "! is left out") {
                    *expr = parse_quote!((if #switch { #inner } else { #expr }));
                }
            }
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr: inner, .. }) => {
                if let Some(switch) = self.switch(original.span(), "- is left out") {
                    *expr = parse_quote!((if #switch { #inner } else { #expr }));
                }
            }
            Expr::Match(_) => {
                let Expr::Match(found) = expr else { unreachable!() };
                self.arms(found);
            }
            _ => {}
        }
    }
}

/// True where a binding of `expr` must be seen behind it, so that nothing may stand round it.
fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(ExprBinary { left, right, op: BinOp::And(_), .. }) => has_let(left) || has_let(right),
        _ => false,
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|found| {
        let text = found.meta.to_token_stream().to_string();
        text == "test" || text.starts_with("cfg") && text.contains("test")
    })
}

/// The plain values of a type, as they are written.
fn values(of: &Type) -> Vec<String> {
    let text = of.to_token_stream().to_string().replace(' ', "");
    let inner = |head: &str| text.strip_prefix(head).and_then(|rest| rest.strip_suffix('>')).map(str::to_string);
    let all = |values: &[&str]| values.iter().map(|value| value.to_string()).collect::<Vec<_>>();
    if let Some(inner) = inner("Option<") {
        let some = syn::parse_str(&inner).map(|of: Type| values(&of)).unwrap_or_default();
        return [all(&["None"]), some.iter().map(|value| format!("Some({value})")).collect()].concat();
    }
    if let Some(inner) = inner("Result<").or_else(|| inner("io::Result<")).or_else(|| inner("fmt::Result<")) {
        // The first of its arguments, which may have arguments of its own.
        let mut depth = 0;
        let end = inner.find(|c: char| {
            depth += match c {
                '<' | '(' => 1,
                '>' | ')' => -1,
                _ => 0,
            };
            c == ',' && depth == 0
        });
        let ok = inner[..end.unwrap_or(inner.len())].to_string();
        let ok = syn::parse_str(&ok).map(|of: Type| values(&of)).unwrap_or_default();
        return ok.iter().map(|value| format!("Ok({value})")).collect();
    }
    match text.as_str() {
        "()" => all(&["()"]),
        "bool" => all(&["true", "false"]),
        "fmt::Result" => all(&["Ok(())"]),
        "usize" | "u64" | "u32" | "u16" | "u8" => all(&["0", "1"]),
        "isize" | "i64" | "i32" | "i16" | "i8" => all(&["0", "1", "-1"]),
        "f64" | "f32" => all(&["0.0", "1.0", "-1.0"]),
        "String" => all(&["String::new()", "\"xyzzy\".to_string()"]),
        "Self" | "!" => Vec::new(),
        _ if text.starts_with("&") && text.ends_with("str") && !text.contains('(') => all(&["\"\"", "\"xyzzy\""]),
        _ if text.starts_with("&mut") || text.starts_with("impl") || text.starts_with("Box<dyn") => Vec::new(),
        _ if text.starts_with("Vec<") => all(&["Vec::new()"]),
        _ if text.starts_with("Cow<") => all(&["Default::default()"]),
        _ => all(&["Default::default()"]),
    }
}

/// What stands for an operator instead.
fn others(op: &BinOp) -> Vec<BinOp> {
    let all: &[&str] = match op.to_token_stream().to_string().as_str() {
        "==" => &["!="],
        "!=" => &["=="],
        "&&" => &["||"],
        "||" => &["&&"],
        "<" => &["==", ">", "<="],
        ">" => &["==", "<", ">="],
        "<=" => &[">"],
        ">=" => &["<"],
        "+" => &["-", "*"],
        "-" => &["+", "/"],
        "*" => &["+", "/"],
        "/" => &["%", "*"],
        "%" => &["/", "+"],
        "<<" => &[">>"],
        ">>" => &["<<"],
        "&" => &["|", "^"],
        "|" => &["&", "^"],
        "^" => &["|", "&"],
        "+=" => &["-=", "*="],
        "-=" => &["+=", "/="],
        "*=" => &["+=", "/="],
        "/=" => &["%=", "*="],
        "%=" => &["/=", "+="],
        "<<=" => &[">>="],
        ">>=" => &["<<="],
        "&=" => &["|="],
        "|=" => &["&="],
        "^=" => &["|=", "&="],
        _ => &[],
    };
    all.iter().map(|op| syn::parse_str(op).unwrap()).collect()
}
