// Exceptions end here, in a thread or an event loop. Everywhere else errors are Results.
#pragma once

#include "error/error.h"

#include <new>

namespace reslens {

/// Returns `work()`, a Result. An exception becomes its error: an Error stays as it is; others keep their words and get
/// kind `otherwise`.
template <typename Work>
auto attempt(Work &&work, ErrorKind otherwise) -> decltype(work())
{
    try {
        return work();
    } catch (const Error &error) {
        return tl::unexpected<Error>(error);
    } catch (const std::bad_alloc &) {
        return fail(ErrorKind::Limit, "", "there is not enough memory");
    } catch (const std::exception &error) {
        return fail(otherwise, "", error.what());
    } catch (...) {
        return fail(otherwise, "", "an unknown failure");
    }
}

} // namespace reslens
