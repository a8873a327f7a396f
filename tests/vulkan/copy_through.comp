// y = x: two of these in a row without a barrier are a read-after-write hazard.
#version 450
layout(local_size_x_id = 0) in;
layout(set = 0, binding = 0) readonly buffer Input { float x[]; };
layout(set = 0, binding = 1) writeonly buffer Output { float y[]; };

void main()
{
    y[gl_GlobalInvocationID.x] = x[gl_GlobalInvocationID.x];
}
