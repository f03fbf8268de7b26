//! Reads GGUF, the file format of llama.cpp's models, in place.
//!
//! Source: docs/gguf.md of ggml, versions 2 and 3, little-endian. Every length is checked against the bytes that are
//! there before anything is made of it: candle's own reader asks for as much memory as a broken file says.

use rustc_hash::FxHashMap;

/// What is wrong with a file, without its name.
pub type Fault = String;

/// A GGUF file, taken apart.
#[derive(Debug)]
pub struct Gguf<'a> {
    values: FxHashMap<&'a str, Value<'a>>,
    tensors: FxHashMap<&'a str, Tensor>,
    data: &'a [u8],
}

/// A value of the file's metadata.
#[derive(Debug, Clone, PartialEq)]
enum Value<'a> {
    Number(f64),
    Text(&'a str),
    Texts(Vec<&'a str>),
    /// An array of numbers, which nobody asks for.
    Numbers,
}

/// Where a tensor stands, and its form.
#[derive(Debug)]
struct Tensor {
    /// Lengths, the innermost first.
    dims: Vec<usize>,
    kind: u32,
    at: usize,
}

/// How deep a tensor may be nested.
const MAX_DIMS: u32 = 4;
/// What the beginnings of tensors are a multiple of, unless the file says otherwise.
const ALIGNMENT: f64 = 32.0;
/// The largest alignment that makes sense.
const MAX_ALIGNMENT: f64 = 65536.0;

impl<'a> Gguf<'a> {
    /// The file of these bytes.
    ///
    /// # Errors
    ///
    /// Where they are no GGUF, of an unknown version, or cut short.
    pub fn new(bytes: &'a [u8]) -> Result<Gguf<'a>, Fault> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.take(4) != Ok(b"GGUF") {
            return Err("no GGUF file".into());
        }
        let version = reader.u32()?;
        if !(2..=3).contains(&version) {
            return Err(format!("GGUF of version {version}"));
        }
        let (n_tensors, n_values) = (reader.u64()?, reader.u64()?);
        let mut values = FxHashMap::default();
        for _ in 0..n_values {
            let name = reader.text()?;
            let kind = reader.u32()?;
            values.insert(name, reader.value(kind)?);
        }
        let mut tensors = FxHashMap::default();
        for _ in 0..n_tensors {
            let name = reader.text()?;
            let n_dims = reader.u32()?;
            if n_dims > MAX_DIMS {
                return Err(format!("tensor {name} has {n_dims} dimensions"));
            }
            let dims = (0..n_dims).map(|_| reader.len()).collect::<Result<_, _>>()?;
            tensors.insert(name, Tensor { dims, kind: reader.u32()?, at: reader.len()? });
        }
        let alignment = match values.get("general.alignment") {
            Some(&Value::Number(n)) if (1.0..=MAX_ALIGNMENT).contains(&n) => n,
            _ => ALIGNMENT,
        };
        let from = reader.at.next_multiple_of(alignment as usize);
        Ok(Gguf { values, tensors, data: bytes.get(from..).ok_or_else(cut_short)? })
    }

    /// The number of this name.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn number(&self, name: &str) -> Result<f64, Fault> {
        match self.values.get(name) {
            Some(&Value::Number(number)) => Ok(number),
            _ => Err(format!("no number {name}")),
        }
    }

    /// The whole number of this name, 1 to `max`.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn count(&self, name: &str, max: usize) -> Result<usize, Fault> {
        let number = self.number(name)?;
        match number.fract() == 0.0 && (1.0..=max as f64).contains(&number) {
            true => Ok(number as usize),
            false => Err(format!("{name} is {number}")),
        }
    }

    /// The text of this name.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn text(&self, name: &str) -> Result<&'a str, Fault> {
        match self.values.get(name) {
            Some(&Value::Text(text)) => Ok(text),
            _ => Err(format!("no text {name}")),
        }
    }

    /// The list of texts of this name.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn texts(&self, name: &str) -> Result<&[&'a str], Fault> {
        match self.values.get(name) {
            Some(Value::Texts(texts)) => Ok(texts),
            _ => Err(format!("no list {name}")),
        }
    }

    /// True where there is a tensor of this name.
    pub fn has_tensor(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The kind of the tensor of this name, as ggml numbers them, and the bytes of the file from its first on. `dims` are
    /// the lengths that it must have, the innermost first.
    ///
    /// # Errors
    ///
    /// Where there is none of this form.
    pub fn tensor(&self, name: &str, dims: &[usize]) -> Result<(u32, &'a [u8]), Fault> {
        let tensor = self.tensors.get(name).ok_or_else(|| format!("no tensor {name}"))?;
        if tensor.dims != dims {
            return Err(format!("tensor {name} is {:?}, not {dims:?}", tensor.dims));
        }
        Ok((tensor.kind, self.data.get(tensor.at..).ok_or_else(cut_short)?))
    }
}

fn cut_short() -> Fault {
    "cut short".into()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], Fault> {
        let end = self.at.checked_add(n).ok_or_else(cut_short)?;
        let bytes = self.bytes.get(self.at..end).ok_or_else(cut_short)?;
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        Ok(self.take(N)?.try_into().expect("take gives as many as were asked for"))
    }

    fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, Fault> {
        self.array().map(u64::from_le_bytes)
    }

    fn len(&mut self) -> Result<usize, Fault> {
        usize::try_from(self.u64()?).map_err(|_| cut_short())
    }

    fn text(&mut self) -> Result<&'a str, Fault> {
        let len = self.len()?;
        let at = self.at;
        std::str::from_utf8(self.take(len)?).map_err(|_| format!("no UTF-8 at byte {at}"))
    }

    fn value(&mut self, kind: u32) -> Result<Value<'a>, Fault> {
        let number = match kind {
            0 => f64::from(u8::from_le_bytes(self.array()?)),
            1 => f64::from(i8::from_le_bytes(self.array()?)),
            2 => f64::from(u16::from_le_bytes(self.array()?)),
            3 => f64::from(i16::from_le_bytes(self.array()?)),
            4 => f64::from(self.u32()?),
            5 => f64::from(i32::from_le_bytes(self.array()?)),
            6 => f64::from(f32::from_le_bytes(self.array()?)),
            7 => f64::from(self.array::<1>()?[0]),
            8 => return Ok(Value::Text(self.text()?)),
            9 => return self.list(),
            10 => self.u64()? as f64,
            11 => i64::from_le_bytes(self.array()?) as f64,
            12 => f64::from_le_bytes(self.array()?),
            _ => return Err(format!("a value of the unknown kind {kind}")),
        };
        Ok(Value::Number(number))
    }

    fn list(&mut self) -> Result<Value<'a>, Fault> {
        let kind = self.u32()?;
        let len = self.len()?;
        let width = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            // No capacity is asked for, since nothing has been seen yet of so many texts.
            8 => return Ok(Value::Texts((0..len).map(|_| self.text()).collect::<Result<_, _>>()?)),
            _ => return Err(format!("a list of the unknown kind {kind}")),
        };
        self.take(len.checked_mul(width).ok_or_else(cut_short)?)?;
        Ok(Value::Numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(out: &mut Vec<u8>, text: &str) {
        out.extend((text.len() as u64).to_le_bytes());
        out.extend(text.as_bytes());
    }

    /// A file with a text, a number, a list of texts, a list of numbers and a tensor of 2 × 3.
    fn file() -> Vec<u8> {
        let mut out = b"GGUF".to_vec();
        out.extend(3u32.to_le_bytes());
        out.extend(1u64.to_le_bytes());
        out.extend(4u64.to_le_bytes());
        text(&mut out, "name");
        out.extend(8u32.to_le_bytes());
        text(&mut out, "small");
        text(&mut out, "layers");
        out.extend(4u32.to_le_bytes());
        out.extend(30u32.to_le_bytes());
        text(&mut out, "tokens");
        out.extend(9u32.to_le_bytes());
        out.extend(8u32.to_le_bytes());
        out.extend(2u64.to_le_bytes());
        text(&mut out, "a");
        text(&mut out, "Ġb");
        text(&mut out, "types");
        out.extend(9u32.to_le_bytes());
        out.extend(5u32.to_le_bytes());
        out.extend(2u64.to_le_bytes());
        out.extend([0; 8]);
        text(&mut out, "weight");
        out.extend(2u32.to_le_bytes());
        out.extend(2u64.to_le_bytes());
        out.extend(3u64.to_le_bytes());
        out.extend([0; 12]);
        out.resize(out.len().next_multiple_of(32), 0);
        out.extend((1..=24).collect::<Vec<u8>>());
        out
    }

    #[test]
    fn reads_values_and_tensors() {
        let bytes = file();
        let gguf = Gguf::new(&bytes).unwrap();
        assert_eq!(gguf.text("name"), Ok("small"));
        assert_eq!(gguf.count("layers", 100), Ok(30));
        assert_eq!(gguf.texts("tokens").unwrap(), ["a", "Ġb"]);
        assert_eq!(gguf.tensor("weight", &[2, 3]).unwrap(), (0, &bytes[bytes.len() - 24..]));
    }

    #[test]
    fn says_what_is_not_there() {
        let bytes = file();
        let gguf = Gguf::new(&bytes).unwrap();
        assert_eq!(gguf.count("layers", 10).unwrap_err(), "layers is 30");
        assert_eq!(gguf.number("name").unwrap_err(), "no number name");
        assert_eq!(gguf.tensor("weight", &[3, 2]).unwrap_err(), "tensor weight is [2, 3], not [3, 2]");
        assert_eq!(gguf.tensor("bias", &[3]).unwrap_err(), "no tensor bias");
    }

    #[test]
    fn a_file_cut_anywhere_is_an_error() {
        let bytes = file();
        for len in 0..bytes.len() - 24 {
            assert!(Gguf::new(&bytes[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn no_length_is_believed() {
        let bytes = file();
        for at in 4..bytes.len() - 24 {
            let mut broken = bytes.clone();
            broken[at] ^= 0xff;
            // Whatever it comes to, it comes to an end.
            let _ = Gguf::new(&broken);
        }
    }
}
