//! Parses `#[soft_delete(...)]` and `soft_delete_table!`: what the user wrote.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Path, Token};

use crate::errors::{self, Errors};
use crate::model::name_of;

/// The keys, in the order in which an error lists them.
const KEYS: &[&str] = &[
    "column",
    "cascade",
    "restrict",
    "parents",
    "touch",
    "clear",
    "operation",
    "unit",
    "guarded",
    "shared_table",
    "no_default_scope",
    "crate",
];
/// Those that `soft_delete_table!` has: it names the column itself, and there is no model.
const TABLE_KEYS: &[&str] = &[
    "cascade",
    "restrict",
    "parents",
    "touch",
    "clear",
    "operation",
    "unit",
    "guarded",
    "crate",
];

/// The keys of one model or table.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) column: Option<Ident>,
    pub(crate) cascade: Vec<ForeignKey>,
    pub(crate) restrict: Vec<ForeignKey>,
    pub(crate) parents: Vec<Ident>,
    pub(crate) operation: Option<Ident>,
    pub(crate) touch: Option<Ident>,
    pub(crate) clear: Vec<Ident>,
    pub(crate) unit: Option<Ident>,
    pub(crate) guarded: bool,
    pub(crate) shared_table: bool,
    pub(crate) no_default_scope: bool,
    pub(crate) runtime: Option<Path>,
    /// The keys that were written.
    pub(crate) seen: Vec<Ident>,
}

/// `posts::user_id`, or `(posts::org_id, posts::user_id)`
pub(crate) struct ForeignKey(pub(crate) Vec<Path>);

/// `soft_delete_table! { posts(deleted_at, touch = updated_at) }`
pub(crate) struct Tables(pub(crate) Vec<Table>);

pub(crate) struct Table {
    pub(crate) path: Path,
    pub(crate) keys: Keys,
    pub(crate) errors: Errors,
}

impl Keys {
    pub(crate) fn from_attributes(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut keys = Self::default();
        for attribute in attributes {
            if attribute.path().is_ident("soft_delete") {
                let parsed = attribute
                    .parse_args_with(|input: ParseStream<'_>| keys.parse_all(input, KEYS, errors));
                if let Err(error) = parsed {
                    errors.push(error);
                }
            }
        }
        keys
    }

    /// Parses `key, key = value, key(values)` to the end. After a mistake it goes on with the next key.
    fn parse_all(
        &mut self,
        input: ParseStream<'_>,
        valid: &[&str],
        errors: &mut Errors,
    ) -> syn::Result<()> {
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            if let Err(error) = self.parse_one(&key, input, valid, errors) {
                errors.push(error);
                skip_to_comma(input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn parse_one(
        &mut self,
        key: &Ident,
        input: ParseStream<'_>,
        valid: &[&str],
        errors: &mut Errors,
    ) -> syn::Result<()> {
        if !valid.iter().any(|known| key == known) {
            return Err(syn::Error::new(key.span(), errors::unknown_key(key, valid)));
        }
        if self.seen.contains(key) {
            errors.at(key.span(), errors::duplicate_key(key));
        }
        self.seen.push(key.clone());
        match key.to_string().as_str() {
            "column" => {
                // kept even if it is in quotes, so that code which uses the model adds no errors
                self.column = quoted(&input.fork());
                self.column = Some(value(key, input, "column = deleted_at")?);
            }
            "touch" => self.touch = Some(value(key, input, "touch = updated_at")?),
            "unit" => self.unit = Some(value(key, input, "unit = millis")?),
            "crate" => self.runtime = Some(value(key, input, "crate = ::soft_delete_runtime")?),
            "operation" => self.operation = Some(value(key, input, "operation = deletion_id")?),
            "cascade" => self.cascade = list(key, input, "cascade(posts::user_id)")?,
            "restrict" => self.restrict = list(key, input, "restrict(orders::user_id)")?,
            "parents" => {
                for Columns { nested, columns } in list(key, input, "parents(user_id)")? {
                    if let Some(span) = nested {
                        errors.at(span, errors::PARENTS_IN_PARENTHESES);
                    }
                    self.parents.extend(columns);
                }
            }
            "clear" => self.clear = list(key, input, "clear(deleted_by, delete_reason)")?,
            "guarded" => {
                flag(key, input, "guarded")?;
                self.guarded = true;
            }
            "shared_table" => {
                flag(key, input, "shared_table")?;
                self.shared_table = true;
            }
            _ => {
                flag(key, input, "no_default_scope")?;
                self.no_default_scope = true;
            }
        }
        Ok(())
    }
}

impl Parse for ForeignKey {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(syn::token::Paren) {
            return Ok(Self(vec![input.call(Path::parse_mod_style)?]));
        }
        let content;
        syn::parenthesized!(content in input);
        let columns =
            Punctuated::<Path, Token![,]>::parse_terminated_with(&content, Path::parse_mod_style)?;
        if columns.is_empty() {
            return Err(content.error(errors::EMPTY_LIST));
        }
        Ok(Self(columns.into_iter().collect()))
    }
}

/// `user_id`, or by mistake `(org_id, user_id)`
struct Columns {
    nested: Option<Span>,
    columns: Vec<Ident>,
}

impl Parse for Columns {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut nested = None;
        let columns = if input.peek(syn::token::Paren) {
            let content;
            nested = Some(syn::parenthesized!(content in input).span.join());
            Punctuated::<Ident, Token![,]>::parse_terminated(&content)?
                .into_iter()
                .collect()
        } else {
            vec![input.parse()?]
        };
        Ok(Self { nested, columns })
    }
}

impl Parse for Tables {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut tables = Vec::new();
        while !input.is_empty() {
            tables.push(input.parse()?);
        }
        Ok(Self(tables))
    }
}

impl Parse for Table {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path: Path = input.call(Path::parse_mod_style)?;
        let wrong = || syn::Error::new_spanned(&path, errors::expected("posts(deleted_at)"));
        if !input.peek(syn::token::Paren) {
            return Err(wrong());
        }
        let content;
        syn::parenthesized!(content in input);
        let mut errors = Errors::default();
        let mut keys = Keys::default();
        match content.parse::<Ident>() {
            Ok(column) if content.is_empty() || content.peek(Token![,]) => {
                keys.column = Some(column);
                content.parse::<Option<Token![,]>>()?;
                keys.parse_all(&content, TABLE_KEYS, &mut errors)?;
            }
            Ok(key) if key == "column" && content.peek(Token![=]) => {
                // kept, so that code which uses the table adds no errors
                let column: Ident = value(&key, &content, "posts(deleted_at)")?;
                errors.at(
                    key.span(),
                    errors::marker_first(&name_of(Some(&path)), &column),
                );
                keys.column = Some(column);
                content.parse::<Option<Token![,]>>()?;
                keys.parse_all(&content, TABLE_KEYS, &mut errors)?;
            }
            _ => {
                content.parse::<TokenStream>()?;
                errors.push(wrong());
            }
        }
        Ok(Self { path, keys, errors })
    }
}

/// `key = value`
fn value<T: Parse>(key: &Ident, input: ParseStream<'_>, form: &str) -> syn::Result<T> {
    let wrong = |span| syn::Error::new(span, errors::expected(form));
    if input.parse::<Token![=]>().is_err() {
        return Err(wrong(key.span()));
    }
    let span = if input.is_empty() {
        key.span()
    } else {
        input.span()
    };
    let value = input.parse().map_err(|_| wrong(span))?;
    at_the_end(input, form)?;
    Ok(value)
}

/// `= "value"`, as in other attributes
fn quoted(input: ParseStream<'_>) -> Option<Ident> {
    input.parse::<Token![=]>().ok()?;
    input.parse::<LitStr>().ok()?.parse().ok()
}

/// `key(value, value)`
fn list<T: Parse>(key: &Ident, input: ParseStream<'_>, form: &str) -> syn::Result<Vec<T>> {
    let wrong = |span| syn::Error::new(span, errors::expected(form));
    if !input.peek(syn::token::Paren) {
        return Err(wrong(key.span()));
    }
    let content;
    syn::parenthesized!(content in input);
    let span = if content.is_empty() {
        key.span()
    } else {
        content.span()
    };
    let Ok(values) = Punctuated::<T, Token![,]>::parse_terminated(&content) else {
        // without this syn reports the remaining tokens
        content.parse::<TokenStream>()?;
        return Err(wrong(span));
    };
    if values.is_empty() {
        return Err(syn::Error::new(key.span(), errors::EMPTY_LIST));
    }
    at_the_end(input, form)?;
    Ok(values.into_iter().collect())
}

/// `key`
fn flag(key: &Ident, input: ParseStream<'_>, form: &str) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(syn::Error::new(key.span(), errors::expected(form)))
}

fn at_the_end(input: ParseStream<'_>, form: &str) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(syn::Error::new(input.span(), errors::expected(form)))
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
