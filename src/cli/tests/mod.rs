mod help;
mod shown;
