// Where exceptions end: a thread, an event loop. Everywhere else errors are Results.
#pragma once

#include "error/error.h"

#include <new>

namespace reslens {

/// `work()`, a Result. An exception becomes its error: an Error as it is, others by their words and as `otherwise`.
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
