// A chat in Rust: every line is a turn, Ctrl-D ends it. README.md says how to build it.

use std::ffi::CStr;
use std::io::{self, BufRead, Write};
use std::os::raw::{c_char, c_int, c_void};
use std::ptr;

const OK: c_int = 0;
const USER: i32 = 1;

#[repr(C)]
struct Piece {
    id: i32,
    end: i32, // 0: the answer goes on
    text: *const c_char,
    bytes: usize,
}

// The part of smollm2-135m.h that is used here.
extern "C" {
    fn smollm2_135m_create(weights: *const c_char, threads: i32, flags: u32, instance: *mut *mut c_void, error: *mut c_char, error_bytes: usize) -> c_int;
    fn smollm2_135m_destroy(instance: *mut c_void);
    fn smollm2_135m_error(instance: *const c_void) -> *const c_char;
    fn smollm2_135m_say(instance: *mut c_void, role: i32, text: *const c_char, bytes: usize) -> c_int;
    fn smollm2_135m_next(instance: *mut c_void, piece: *mut Piece) -> c_int;
}

struct Model(*mut c_void);

impl Model {
    /// The weights file is looked for beside this program; as many threads as there are cores.
    fn new() -> Result<Model, String> {
        let mut instance = ptr::null_mut();
        let mut error = [0 as c_char; 512];
        match unsafe { smollm2_135m_create(ptr::null(), 0, 0, &mut instance, error.as_mut_ptr(), error.len()) } {
            OK => Ok(Model(instance)),
            _ => Err(sentence(error.as_ptr())),
        }
    }

    fn checked(&self, code: c_int) -> Result<(), String> {
        if code == OK { Ok(()) } else { Err(sentence(unsafe { smollm2_135m_error(self.0) })) }
    }

    fn say(&mut self, text: &str) -> Result<(), String> {
        self.checked(unsafe { smollm2_135m_say(self.0, USER, text.as_ptr().cast(), text.len()) })
    }

    /// Hands over the pieces of an answer: whole characters in UTF-8.
    fn answer(&mut self, mut each: impl FnMut(&str)) -> Result<(), String> {
        let mut piece = Piece { id: -1, end: 0, text: ptr::null(), bytes: 0 };
        while piece.end == 0 {
            self.checked(unsafe { smollm2_135m_next(self.0, &mut piece) })?;
            let bytes = unsafe { std::slice::from_raw_parts(piece.text.cast::<u8>(), piece.bytes) };
            each(&String::from_utf8_lossy(bytes));
        }
        Ok(())
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        unsafe { smollm2_135m_destroy(self.0) }
    }
}

fn sentence(text: *const c_char) -> String {
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

fn main() -> Result<(), String> {
    let mut model = Model::new()?;
    for line in io::stdin().lock().lines() {
        model.say(&line.map_err(|error| error.to_string())?)?;
        model.answer(|text| {
            print!("{text}");
            io::stdout().flush().ok();
        })?;
        println!();
    }
    Ok(())
}
